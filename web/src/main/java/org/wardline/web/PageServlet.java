package org.wardline.web;

import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * The addresses of the browser app: each shows the one page, which then looks at its own address.
 */
@WebServlet({
  "/c/*",
  "/p/*",
  "/launch/*",
  "/new",
  "/me",
  "/accounts",
  "/emergency",
  "/reviews",
  "/rights",
  "/interfaces"
})
public class PageServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    request.getRequestDispatcher("/index.html").forward(request, response);
  }
}
