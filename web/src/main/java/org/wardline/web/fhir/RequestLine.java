package org.wardline.web.fhir;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.wardline.web.Problem;

/**
 * What the library does not bear in the head of a request: a broken escape in the address, and a
 * form of answer that there is not (FHIR R4 section 3.1.0.1.11: 406).
 */
final class RequestLine {
  /** XML, JSON, or whatever there is; a browser asks for a page and takes the rest as well. */
  private static final Pattern FORM =
      Pattern.compile(
          "(application/)?([a-z.+-]*\\+)?(json|xml)|text/(xml|html|json)|.*/\\*|\\*|html(/.*)?|");

  private static final Pattern OTHER_VERSION = Pattern.compile(".*fhirversion=\"?+(?!4\\.0).*");

  private RequestLine() {}

  /** Answers what cannot be gone on with; false when nothing is wrong. */
  static boolean refused(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (!escaped(request.getQueryString()) || !escaped(request.getRequestURI())) {
      Problem.write(request, response, 400, "The address holds a broken escape (%).");
      return true;
    }
    if (!served(request)) {
      Problem.write(
          request,
          response,
          406,
          "There are application/fhir+json and application/fhir+xml of FHIR 4.0.");
      return true;
    }
    return false;
  }

  private static boolean escaped(@Nullable String text) {
    try {
      URLDecoder.decode(text == null ? "" : text.replace("+", ""), StandardCharsets.UTF_8);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Bytes, documents and files have forms of their own. */
  private static boolean served(HttpServletRequest request) {
    String path = String.valueOf(request.getPathInfo());
    if (path.startsWith("/Binary") || path.contains("$")) {
      return true;
    }
    String format = format(request.getQueryString());
    if (!format.isEmpty()) {
      return FORM.matcher(format).matches();
    }
    List<String> accepted = new ArrayList<>();
    for (String header : Collections.list(request.getHeaders("Accept"))) {
      accepted.addAll(List.of(header.toLowerCase(Locale.ROOT).split(",", -1)));
    }
    return accepted.isEmpty()
        || accepted.stream()
            .filter(one -> !OTHER_VERSION.matcher(one).matches())
            .map(one -> one.split(";", 2)[0].strip())
            .anyMatch(one -> FORM.matcher(one).matches());
  }

  /** A plus in it was meant. */
  private static String format(@Nullable String query) {
    for (String part : Objects.requireNonNullElse(query, "").split("&", -1)) {
      if (part.startsWith("_format=")) {
        String value = part.substring("_format=".length()).replace("+", "%2B");
        return URLDecoder.decode(value, StandardCharsets.UTF_8)
            .toLowerCase(Locale.ROOT)
            .split(";", 2)[0]
            .strip()
            .replace(' ', '+');
      }
    }
    return "";
  }
}
