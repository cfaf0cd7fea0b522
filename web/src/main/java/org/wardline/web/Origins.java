package org.wardline.web;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.wardline.setting.Settings;

/**
 * The addresses under which our pages are reached, and whether a request that changes something
 * comes from them.
 */
@Singleton
public class Origins {
  /** A page of ours sends this header; another site cannot without asking first. */
  static final String GUARD = "X-Wardline";

  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
  private final List<String> origins;

  @Inject
  public Origins(Settings settings) {
    origins = List.of(settings.text("wardline.web.origins").split("\\s*,\\s*", -1));
  }

  /** The one of our addresses that this request used; empty for a foreign Host header. */
  public Optional<String> of(HttpServletRequest request) {
    String host = request.getHeader("Host");
    String used = request.getScheme() + "://" + (host == null ? "" : host.toLowerCase(Locale.ROOT));
    return origins.stream().filter(used::equals).findFirst();
  }

  /** False for a request that changes something and was made by another site (CSRF). */
  public boolean trusted(HttpServletRequest request) {
    if (SAFE.contains(request.getMethod())) {
      return true;
    }
    String origin = request.getHeader("Origin");
    String site = request.getHeader("Sec-Fetch-Site");
    return request.getHeader(GUARD) != null
        && (site == null || site.equals("same-origin"))
        && (origin == null || origins.contains(origin));
  }

  /** True when the origin that a browser states, if it states one, is ours. */
  public boolean ours(HttpServletRequest request) {
    String origin = request.getHeader("Origin");
    return origin == null || origins.contains(origin);
  }
}
