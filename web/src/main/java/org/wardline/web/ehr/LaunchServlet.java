package org.wardline.web.ehr;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.wardline.web.Cookies;
import org.wardline.web.Origins;
import org.wardline.web.PlainPage;
import org.wardline.web.Problem;

/**
 * Where an EHR opens Wardline ({@code /auth/launch?iss=…&launch=…}), and where it sends the browser
 * back. Needs no session: who sits there signs in afterwards, on the way to the patient.
 */
@WebServlet({"/auth/launch", "/auth/launched"})
@SuppressWarnings("NullAway.Init")
public class LaunchServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST = 4000;

  @Inject private transient EhrLaunch launches;
  @Inject private transient Origins origins;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setHeader("Cache-Control", "no-store");
    try {
      if (request.getServletPath().equals("/auth/launch")) {
        depart(request, response);
      } else {
        arrive(request, response);
      }
    } catch (LaunchFailedException e) {
      PlainPage.write(response, 403, e.reason(), "Go to Wardline");
    }
  }

  private void depart(HttpServletRequest request, HttpServletResponse response)
      throws IOException, LaunchFailedException {
    Optional<String> origin = origins.of(request);
    String iss = request.getParameter("iss");
    String launch = request.getParameter("launch");
    if (origin.isEmpty() || iss == null || launch == null || launch.length() > LONGEST) {
      Problem.write(request, response, 400, "A launch names iss and launch.");
      return;
    }
    EhrLaunch.Departure departure = launches.depart(iss, launch, origin.get());
    Cookies.passing(response, Cookies.LAUNCH, departure.cookie(), EhrLaunch.LIFETIME);
    response.sendRedirect(departure.location());
  }

  private void arrive(HttpServletRequest request, HttpServletResponse response)
      throws IOException, LaunchFailedException {
    Optional<EhrLaunch.Pending> pending =
        Cookies.read(request, Cookies.LAUNCH).flatMap(launches::pending);
    Cookies.clear(response, Cookies.LAUNCH);
    if (pending.isEmpty() || request.getQueryString() == null) {
      throw new LaunchFailedException(
          "Wardline was not opened from this browser, or too long ago.");
    }
    EhrLaunch.Departure arrived = launches.arrive(pending.get(), request.getQueryString());
    Cookies.passing(response, Cookies.LAUNCH, arrived.cookie(), EhrLaunch.LIFETIME);
    response.sendRedirect(arrived.location());
  }
}
