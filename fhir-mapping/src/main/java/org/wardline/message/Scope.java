package org.wardline.message;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A scope for resources (SMART App Launch 2.0, "Scopes for requesting FHIR resources"), such as
 * {@code user/Observation.rs?category=laboratory}.
 *
 * @param level {@code patient}, {@code user} or {@code system}
 * @param type a type of FHIR, or {@code *} for all of them
 * @param rights some of c, r, u, d, s, in this order
 * @param restriction search parameters that a resource must fit, each with its alternatives; empty
 *     when the scope is for all
 */
public record Scope(
    String level, String type, String rights, Map<String, List<String>> restriction) {
  private static final Pattern FORM =
      Pattern.compile(
          "(patient|user|system)/([A-Za-z]{1,64}|\\*)\\.(?=[cruds])(c?r?u?d?s?)(?:\\?(.+))?");

  public Scope {
    restriction = Map.copyOf(restriction);
  }

  /** Empty for one of another form, such as {@code openid}. */
  public static Optional<Scope> parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    Map<String, List<String>> restriction = new LinkedHashMap<>();
    if (parts.group(4) != null) {
      for (String one : parts.group(4).split("&", -1)) {
        String[] pair = one.split("=", 2);
        if (pair.length < 2
            || !decoded(pair[1]).matches("[^,\\\\]+(,[^,\\\\]+)*")
            || restriction.put(decoded(pair[0]), List.of(decoded(pair[1]).split(",", -1)))
                != null) {
          return Optional.empty(); // what cannot be held to gives nothing
        }
      }
    }
    return Optional.of(new Scope(parts.group(1), parts.group(2), parts.group(3), restriction));
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text; // a per cent sign that stands for itself
    }
  }

  /** True when it gives that right to resources of the type, all of them or some. */
  public boolean gives(String ofLevel, String resourceType, char right) {
    return level.equals(ofLevel)
        && (type.equals("*") || type.equals(resourceType))
        && rights.indexOf(right) >= 0;
  }

  /**
   * What a {@code patient/} scope gives a person's app: what the person may see himself, of one
   * patient only.
   *
   * @param patient id of the patient in the context
   */
  public Scope of(String patient) {
    Map<String, List<String>> narrower = new LinkedHashMap<>(restriction);
    narrower.put("patient", List.of(patient));
    return new Scope("user", type, rights, narrower);
  }

  /** As it is written in a token. */
  @Override
  public String toString() {
    String query =
        restriction.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(e -> encoded(e.getKey()) + "=" + encoded(String.join(",", e.getValue())))
            .collect(Collectors.joining("&"));
    return level + "/" + type + "." + rights + (query.isEmpty() ? "" : "?" + query);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
