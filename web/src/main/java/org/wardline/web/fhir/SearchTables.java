package org.wardline.web.fhir;

import ca.uhn.fhir.context.RuntimeSearchParam;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.wardline.mapping.fhir.PostedResources;
import org.wardline.mapping.fhir.Systems;

/** What searches of each type can be asked beyond the parameters that its provider declares. */
final class SearchTables {
  /** Every search has these; the library or the page sees to them. */
  static final Set<String> COMMON = Set.of("_count", "_format", "_pretty", "_summary", "_elements");

  /** Types without a column for when they changed: their resources say so. */
  static final Set<String> STAMPED =
      Set.of("Patient", "Practitioner", "Encounter", "Provenance", "Subscription");

  /** Parameters of R4 about what we never keep: there is nothing to be found by them. */
  static final Map<String, Set<String>> NEVER =
      Map.of(
          "Task",
          Set.of("based-on", "encounter", "group-identifier", "identifier", "part-of", "priority"));

  /** Members that each has. */
  static final Map<String, Set<String>> ALWAYS =
      Map.of(
          "Communication",
          Set.of("sender", "sent", "status", "category", "priority", "identifier", "_lastUpdated"),
          "Task",
          Set.of(
              "status",
              "business-status",
              "code",
              "intent",
              "focus",
              "owner",
              "requester",
              "authored-on",
              "modified",
              "_lastUpdated"),
          "AuditEvent",
          Set.of("date", "type", "source", "_lastUpdated"));

  /** Members without a column that are looked at in what was found. */
  static final Map<String, Set<String>> LOOKED_AT =
      Map.of(
          "Task", Set.of("performer", "period"),
          "Patient", Set.of("active", "deceased"),
          "Practitioner",
              Set.of("active", "family", "given", "gender", "telecom", "email", "phone"));

  /** Members that may be asked to be missing, where a column says so. */
  static final Map<String, Set<String>> MISSING =
      Map.of(
          "Communication",
          Set.of(
              "subject",
              "patient",
              "recipient",
              "in-response-to",
              "based-on",
              "encounter",
              "medium",
              "instantiates-canonical",
              "instantiates-uri",
              "part-of",
              "topic",
              "received"),
          "AuditEvent",
          Set.of(
              "action",
              "address",
              "agent",
              "agent-name",
              "agent-role",
              "altid",
              "entity",
              "entity-name",
              "entity-role",
              "entity-type",
              "outcome",
              "patient",
              "policy",
              "site",
              "subtype"));

  /** Codes that may be negated, where a column holds them. */
  static final Map<String, Set<String>> NEGATED =
      Map.of(
          "Communication",
          Set.of("status", "category", "priority", "medium"),
          "CommunicationRequest",
          Set.of("status", "category", "priority"),
          "Task",
          Set.of("status", "business-status"),
          "AuditEvent",
          Set.of(
              "action",
              "agent-role",
              "altid",
              "entity-role",
              "entity-type",
              "outcome",
              "site",
              "subtype",
              "type"));

  /**
   * Codes that lead to records by a column: the records that they lead to are looked at all the
   * same, since one that has just changed may stand under codes of before.
   */
  static final Set<String> CODED = Set.of("code", "category", "type", "service-type");

  /** Types with a {@code date} that may last. */
  private static final Set<String> LASTING =
      Set.of("Observation", "DiagnosticReport", "CareTeam", "Encounter");

  /** Texts that a column holds; they may be compared exactly, or be in the middle. */
  static final Map<String, Set<String>> TEXTS =
      Map.of("Patient", Set.of("name", "family", "given"));

  /** The orders that there are: the first one is the usual one. */
  static final Map<String, List<String>> ORDERS =
      Map.of(
          "Communication",
          List.of("-sent", "sent", "-_id", "_id", "-_lastUpdated", "_lastUpdated"),
          "CommunicationRequest",
          List.of("-authored", "authored", "-_id", "_id", "-_lastUpdated", "_lastUpdated"),
          "Task",
          List.of("-authored-on", "-_id", "-modified", "modified", "-_lastUpdated", "_lastUpdated"),
          "AuditEvent",
          List.of("-date", "date", "-_id", "_id", "-_lastUpdated", "_lastUpdated"),
          "Observation",
          List.of("_id", "date", "-date"),
          "DiagnosticReport",
          List.of("_id", "date", "-date"),
          "DocumentReference",
          List.of("_id", "date", "-date"),
          "Appointment",
          List.of("_id", "date", "-date"),
          "ServiceRequest",
          List.of("_id", "authored", "-authored"));

  /** Parameters that a provider takes more than once: all of it is looked up. */
  static final Map<String, Set<String>> TOGETHER =
      Map.of(
          "Communication", Set.of("recipient"),
          "CommunicationRequest", Set.of("recipient"),
          "AuditEvent",
              Set.of(
                  "agent",
                  "patient",
                  "entity",
                  "action",
                  "type",
                  "subtype",
                  "outcome",
                  "address",
                  "agent-name",
                  "agent-role",
                  "altid",
                  "entity-name",
                  "entity-role",
                  "entity-type",
                  "policy",
                  "site"));

  /** Types whose matches are counted when that is asked for. */
  static final Set<String> COUNTED = Set.of("Communication", "CommunicationRequest", "AuditEvent");

  private SearchTables() {}

  /** Parameters of R4 that are looked at in what was found, or that nothing is found by. */
  static Stream<RuntimeSearchParam> beyondColumns(String type) {
    return ResourceFilter.parameters(type)
        .filter(
            p ->
                sealed(type, p.getName())
                    || NEVER.getOrDefault(type, Set.of()).contains(p.getName()));
  }

  /**
   * All days but one, categories of other systems, and identifiers of which one half is asked for:
   * the column does not tell.
   */
  static boolean beyondColumns(String type, String parameter, String[] values) {
    boolean others =
        ResourceFilter.dated(type, parameter)
            && Arrays.stream(values).anyMatch(value -> value.startsWith("ne"));
    boolean foreign =
        type.equals("CommunicationRequest") && parameter.equals("category") && otherSystems(values);
    return others || foreign || halfIdentifier(parameter, values);
  }

  /** {@code system|}, any of the system, or {@code |value}, one without a system. */
  static boolean halfIdentifier(String parameter, String[] values) {
    return parameter.equals("identifier")
        && tokens(values).anyMatch(token -> token.startsWith("|") || token.endsWith("|"));
  }

  private static boolean otherSystems(String[] values) {
    return tokens(values).anyMatch(v -> v.contains("|") && !v.startsWith(Systems.CATEGORY + "|"));
  }

  private static Stream<String> tokens(String[] values) {
    return Arrays.stream(values).flatMap(value -> Arrays.stream(value.split(",", -1)));
  }

  /**
   * Whether a column leads to more than is meant: how times that last lie to each other, and which
   * name a text is of, what was found tells itself. Words of a name are heeded where they lead.
   */
  static boolean looseColumn(String type, String parameter, String modifier) {
    boolean name = parameter.equals("name") && modifier.isEmpty();
    return (parameter.equals("date") && LASTING.contains(type))
        || (TEXTS.getOrDefault(type, Set.of()).contains(parameter) && !name);
  }

  /** What is told of patients is sealed, but for what has a column. */
  static boolean sealed(String type, String parameter) {
    if (parameter.equals("_lastUpdated")) {
      return STAMPED.contains(type);
    }
    return (PostedResources.CHART.contains(type)
            || PostedResources.DIRECTORY.contains(type)
            || type.equals("CommunicationRequest")
            || type.equals("Encounter")
            || LOOKED_AT.getOrDefault(type, Set.of()).contains(parameter))
        && ResourceFilter.knows(type, parameter);
  }
}
