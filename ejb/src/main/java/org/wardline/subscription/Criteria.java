package org.wardline.subscription;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.wardline.mapping.fhir.Systems;
import org.wardline.message.Category;
import org.wardline.message.Identifiers;
import org.wardline.message.InvalidMessageException;

/**
 * Which events a client wants: parameters of a search of their type, each with alternatives by
 * comma.
 */
final class Criteria {
  private static final Map<String, Set<String>> KNOWN =
      Map.of(
          "Communication",
          Set.of(
              "_id",
              "recipient",
              "sender",
              "patient",
              "subject",
              "status",
              "category",
              "priority",
              "part-of",
              "topic"),
          "Task",
          Set.of("focus", "owner", "requester", "patient", "subject", "status", "business-status"),
          "CommunicationRequest",
          Set.of(
              "_id",
              "requester",
              "sender",
              "recipient",
              "patient",
              "subject",
              "status",
              "category",
              "priority"),
          "AuditEvent",
          Set.of("agent", "patient", "entity", "type", "subtype", "action", "outcome"));

  /** What receipts make of an alert. */
  private static final Set<String> TOLD_OF_ALERTS =
      Set.of("active", "completed", "revoked", "entered-in-error");

  /** The same thing by two names: both at once would have to mean both. */
  private static final List<Set<String>> EITHER =
      List.of(
          Set.of("patient", "subject"),
          Set.of("requester", "sender"),
          Set.of("status", "business-status"));

  private final Map<String, List<String>> wanted = new LinkedHashMap<>();

  private Criteria() {}

  /**
   * Reads them.
   *
   * @throws InvalidMessageException naming what is not supported
   */
  static Criteria parse(String type, String text) {
    var criteria = new Criteria();
    for (String part : text.isEmpty() ? new String[0] : text.split("&", -1)) {
      int equals = part.indexOf('=');
      String name = equals < 0 ? part : part.substring(0, equals);
      if (equals < 0 || !KNOWN.getOrDefault(type, Set.of()).contains(name)) {
        throw fault(
            "\""
                + name
                + "\" is not supported; "
                + type
                + " has "
                + String.join(", ", KNOWN.getOrDefault(type, Set.of()).stream().sorted().toList()));
      }
      String value = decoded(part.substring(equals + 1));
      if (value.isBlank() || value.indexOf('\0') >= 0) {
        throw fault(name + " has no value");
      }
      List<String> values =
          Arrays.stream(value.split("(?<!\\\\),", -1)).map(v -> v.replace("\\,", ",")).toList();
      if (values.stream().anyMatch(String::isBlank)) {
        throw fault(name + " has an alternative without a value");
      }
      if (type.equals("CommunicationRequest")
          && name.equals("status")
          && !TOLD_OF_ALERTS.containsAll(values)) { // of the others nothing is told
        throw fault(
            "the status of an alert is one of "
                + String.join(", ", TOLD_OF_ALERTS.stream().sorted().toList()));
      }
      if (type.equals("Communication") && name.equals("category")) {
        categories(values);
      }
      if (criteria.wanted.put(name, values) != null) {
        throw fault(name + " stands there twice");
      }
    }
    criteria.check();
    return criteria;
  }

  /** Of other systems' categories nobody is told. */
  private static void categories(List<String> values) {
    List<String> codes = Arrays.stream(Category.values()).map(Category::code).sorted().toList();
    for (String value : values) {
      int bar = value.lastIndexOf('|');
      boolean foreign = bar > 0 && !value.substring(0, bar).equals(Systems.CATEGORY);
      if (foreign || !codes.contains(value.substring(bar + 1))) {
        throw fault("the category is one of FHIR's own: " + String.join(", ", codes));
      }
    }
  }

  /** Keys must be ours: a mistake is told at once, not by silence. */
  private void check() {
    for (Set<String> names : EITHER) {
      if (wanted.keySet().containsAll(names)) {
        throw fault(String.join(" and ", names.stream().sorted().toList()) + " do not go together");
      }
    }
    for (String name : List.of("_id", "patient", "subject", "part-of", "focus")) {
      keys(name);
    }
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw fault("a value is not encoded as in an address");
    }
  }

  /** Values as they are; empty when not asked. */
  List<String> values(String name) {
    return wanted.getOrDefault(name, List.of());
  }

  /** The codes of tokens, without their systems. */
  List<String> codes(String name) {
    return values(name).stream().map(v -> v.substring(v.indexOf('|') + 1)).toList();
  }

  /** {@code Type/id}; the type that is usual where none is given. */
  List<String> references(String name, String usual) {
    return values(name).stream()
        .map(
            v -> {
              String[] parts = v.split("/", -1);
              return parts.length < 2
                  ? usual + "/" + v
                  : parts[parts.length - 2] + "/" + parts[parts.length - 1];
            })
        .toList();
  }

  /** Our own keys. */
  List<UUID> keys(String name) {
    return values(name).stream()
        .map(
            v -> {
              try {
                return Identifiers.parse(v.substring(v.lastIndexOf('/') + 1));
              } catch (IllegalArgumentException e) {
                throw fault(name + " is no reference of ours");
              }
            })
        .toList();
  }

  private static InvalidMessageException fault(String words) {
    return new InvalidMessageException("Subscription.criteria", words);
  }
}
