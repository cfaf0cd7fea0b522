package org.wardline.web;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * What the container refuses by itself, and what no other place caught: an answer in the form of
 * its door, without exception, version or path. The container's own page would show them.
 */
@WebServlet(FaultServlet.PATH)
public class FaultServlet extends HttpServlet {
  static final String PATH = "/fault";
  private static final long serialVersionUID = 1L;
  private static final int SERVER_FAULT = 500;

  /** Also of a request by a method that the door does not have. */
  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    Object asked = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
    if (!(status instanceof Integer code)) {
      Problem.write(request, response, HttpServletResponse.SC_NOT_FOUND, "There is nothing here.");
      return;
    }
    String detail =
        code >= SERVER_FAULT
            ? "Something went wrong on our side."
            : "This request cannot be answered.";
    Problem.write(asked(request, asked), response, code, detail);
  }

  private static HttpServletRequest asked(HttpServletRequest request, Object path) {
    return new HttpServletRequestWrapper(request) {
      @Override
      public String getRequestURI() {
        return path instanceof String text ? text : super.getRequestURI();
      }
    };
  }
}
