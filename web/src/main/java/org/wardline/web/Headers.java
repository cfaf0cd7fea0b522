package org.wardline.web;

import jakarta.inject.Inject;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Sets the headers of all answers but refusals, which are given before any filter is asked. */
@WebFilter(urlPatterns = "/*", asyncSupported = true)
@SuppressWarnings("NullAway.Init")
public class Headers implements Filter {
  @Inject private SafeHeaders headers;

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    headers.set((HttpServletRequest) request, (HttpServletResponse) response);
    chain.doFilter(request, response);
  }
}
