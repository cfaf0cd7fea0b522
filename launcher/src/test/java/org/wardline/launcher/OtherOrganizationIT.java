package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wardline.launcher.DemoSystem.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A second hospital in the same database: whoever belongs to the first one, whatever his rights,
 * finds nothing of it by any identifier, and changes nothing of it.
 */
class OtherOrganizationIT extends BrowserJourney {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final UUID OTHER = UUID.randomUUID();
  private static final String NUMBER = "OTHER-" + OTHER.toString().substring(0, 8);

  /** Keys of the other hospital's rows, by table: each a copy of one of ours. */
  private static final Map<String, String> COPIES = new LinkedHashMap<>();

  private static final List<String> RESOURCES =
      List.of(
          "Patient",
          "Practitioner",
          "PractitionerRole",
          "Encounter",
          "Observation",
          "DiagnosticReport",
          "ServiceRequest",
          "DocumentReference",
          "Appointment",
          "CareTeam",
          "Organization",
          "Location",
          "Group",
          "HealthcareService",
          "Device",
          "Communication",
          "Composition",
          "CommunicationRequest",
          "Task",
          "AuditEvent",
          "Subscription");

  /** Those that are of no patient. */
  private static final List<String> NOBODYS =
      List.of(
          "Practitioner",
          "PractitionerRole",
          "Organization",
          "Location",
          "Group",
          "HealthcareService",
          "Device",
          "Subscription");

  @BeforeAll
  static void copyOneOfEach() {
    Hl7.taken(
        Hl7.message(
            "ADT^A01",
            "OO-1",
            "OURS-1^^^IT^MR||Roe^Our",
            "PV1|1|I|3 West^1^1||||||||||||||||VIS-OO\n"));
    Hl7.taken(
        Hl7.message(
            "ORU^R01",
            "OO-2",
            "OURS-1^^^IT^MR||Roe^Our",
            "PV1|1|I|3 West^1^1\nOBR|1|P-OO|F-OO|K^Potassium^L\nOBX|1|NM|K^Potassium^L||7.4|mmol/L||HH|||F\n"));
    Hl7.taken(Hl7.message("ADT^A01", "OO-3", "OURS-2^^^IT^MR||Roe^Two", ""));
    Hl7.taken(Hl7.message("ADT^A40", "OO-4", "OURS-1^^^IT^MR||Roe^Our", "MRG|OURS-2^^^IT^MR\n"));
    await(
        "somebody is told of the result",
        Duration.ofSeconds(30),
        () ->
            DemoDatabase.query("select count(*) from critical_result where message_id is not null")
                    .compareTo("0")
                > 0);
    DemoDatabase.execute(
        "insert into organization (id, name) values ('" + OTHER + "', 'Other hospital')");
    copy("practitioner", "username = 'nurse.cole'", "'username', 'other.cole', 'subject', 'other'");
    copy("on_call_role", "code = 'switchboard'", "");
    copy("duty", "true", "");
    copy("device", "true", "'client_id', 'other'");
    copy("data_key", "true", "");
    copy("patient", patientOf("OURS-1"), "");
    copy("encounter", "visit_number = 'VIS-OO'", "'patient_id', '" + COPIES.get("patient") + "'");
    copy("conversation", "patient_id is not null", "'patient_id', '" + COPIES.get("patient") + "'");
    copy("message", "true", "'conversation_id', '" + COPIES.get("conversation") + "'");
    copy("critical_result", "message_id is not null", "");
    copy("chart_record", "type = 'Observation'", "'patient_id', '" + COPIES.get("patient") + "'");
    copy("inbound", "true", "");
    copy("patient_merge", "true", "");
    copy("audit_event", "patients <> '{}'", "'patients', '{" + COPIES.get("patient") + "}'");
    DemoDatabase.execute(
        """
        insert into patient_identifier (patient_id, organization_id, system, value, type, matching, position)
        values ('%s', '%s', 'urn:wardline:authority:IT', '%s', 'MR', true, 0)"""
            .formatted(COPIES.get("patient"), OTHER, NUMBER));
    DemoDatabase.execute(
        """
        insert into dead_letter (id, organization_id, destination, lane, priority, conversation_id, message_id, control_id, document_id,
          kind, attempts, reason, owner, parked_at, due_at)
        values ('%s', '%s', 'ehr-hl7', '', 0, '%s', '%s', 'OO', 'OO', 'original', 1, 'x', 'administrator', now(), now())"""
            .formatted(
                key("dead_letter"), OTHER, COPIES.get("conversation"), COPIES.get("message")));
  }

  private static String patientOf(String number) {
    return "id in (select patient_id from patient_identifier where value = '" + number + "')";
  }

  private static String key(String table) {
    return COPIES.computeIfAbsent(table, t -> UUID.randomUUID().toString());
  }

  /** A copy of the newest such row, of the other hospital. */
  private static void copy(String table, String which, String others) {
    String given =
        DemoDatabase.query("select gen_random_uuid()::text"); // not ordered by time: not among ours
    COPIES.put(table, given);
    DemoDatabase.execute(
        """
        insert into %1$s overriding system value
        select c.* from (select * from %1$s where %2$s order by id desc limit 1) o
        cross join lateral jsonb_populate_record(null::%1$s, to_jsonb(o) || jsonb_build_object('id', '%3$s', 'organization_id', '%4$s' %5$s)) c"""
            .formatted(table, which, given, OTHER, others.isEmpty() ? "" : ", " + others));
  }

  @Test
  void every_kind_of_thing_was_copied() {
    COPIES.forEach(
        (table, id) ->
            assertThat(
                    DemoDatabase.query(
                        "select count(*) from %s where id = '%s' and organization_id = '%s'"
                            .formatted(table, id, OTHER)))
                .as(table)
                .isEqualTo("1"));
  }

  @Test
  void no_resource_of_it_is_read_or_found_by_a_machine_with_all_scopes() throws Exception {
    List<String> leaks = new ArrayList<>();
    for (String type : RESOURCES) {
      String token = token(type);
      for (Map.Entry<String, String> copy : COPIES.entrySet()) {
        String read = type + "/" + copy.getValue();
        leak(leaks, DemoSystem.fhir(read, token), read, 404, 403, 410);
        leak(leaks, DemoSystem.fhir(read + "/_history", token), read + "/_history", 404, 403, 400);
        found(leaks, type + "?_id=" + copy.getValue(), token);
      }
      if (!NOBODYS.contains(type)) {
        found(leaks, type + "?patient=Patient/" + COPIES.get("patient"), token);
      }
    }
    found(leaks, "Patient?identifier=" + NUMBER, token("Patient"));
    found(leaks, "Patient?_count=500&name=Roe", token("Patient"));
    found(leaks, "Practitioner?_count=500", token("Practitioner"));
    String audit = token("AuditEvent");
    found(leaks, "AuditEvent?entity=Communication/" + COPIES.get("message"), audit);
    found(leaks, "AuditEvent?patient.identifier=" + NUMBER, audit);
    found(
        leaks,
        "Communication?part-of=Communication/" + COPIES.get("conversation"),
        token("Communication"));
    String everything = "Patient/" + COPIES.get("patient") + "/$everything";
    leak(leaks, DemoSystem.fhir(everything, token("Patient")), everything, 404, 403);
    assertThat(leaks).isEmpty();
  }

  @Test
  void no_page_shows_it_and_no_act_changes_it() throws Exception {
    List<String> leaks = new ArrayList<>();
    try (BrowserPerson gray = BrowserPerson.signIn(browser, "admin.ives", 1280, 800);
        BrowserPerson officer = BrowserPerson.signIn(browser, "auditor.fisk", 1280, 800);
        BrowserPerson adams = BrowserPerson.signIn(browser, "dr.adams", 1280, 800)) {
      for (BrowserPerson person : List.of(gray, officer, adams)) {
        lists(person, leaks);
        for (String id : COPIES.values()) {
          acts(person, id, leaks);
        }
      }
      String write =
          "{\"conversationId\":\"%s\",\"text\":\"hello\"}".formatted(COPIES.get("conversation"));
      leak(leaks, call(adams, "POST", "messages", write), "messages", 403, 404, 422);
      String about =
          "{\"patientId\":\"%s\",\"text\":\"hello\",\"recipients\":[\"Practitioner/%s\"]}"
              .formatted(COPIES.get("patient"), COPIES.get("practitioner"));
      leak(leaks, call(adams, "POST", "messages", about), "messages", 403, 404, 422);
    }
    assertThat(leaks).isEmpty();
    assertThat(
            DemoDatabase.query(
                "select count(*) from message where organization_id = '" + OTHER + "'"))
        .isEqualTo("1");
    assertThat(
            DemoDatabase.query(
                "select count(*) from dead_letter where replayed_at is null and organization_id = '"
                    + OTHER
                    + "'"))
        .isEqualTo("1");
  }

  @Test
  void a_number_of_its_patient_makes_a_patient_of_our_own() throws Exception {
    Hl7.taken(Hl7.message("ADT^A04", "OO-9", NUMBER + "^^^IT^MR||Roe^Own", ""));
    JsonNode found =
        JSON.readTree(DemoSystem.fhir("Patient?identifier=" + NUMBER, token("Patient")).body());
    assertThat(found.path("entry")).hasSize(1);
    assertThat(found.at("/entry/0/resource/id").asText()).isNotEqualTo(COPIES.get("patient"));
    assertThat(found.at("/entry/0/resource/name/0/given/0").asText()).isEqualTo("Own");
  }

  private static void lists(BrowserPerson person, List<String> leaks) {
    for (String list :
        List.of(
            "inbox",
            "sessions",
            "accounts",
            "destinations",
            "dead-letters",
            "interfaces",
            "merges",
            "emergency-reviews",
            "recipients?text=cole",
            "subscriptions",
            "rights",
            "session-limits",
            "routes")) {
      String body = person.call("GET", list).body();
      COPIES.values().stream()
          .filter(body::contains)
          .forEach(id -> leaks.add(list + " shows " + id));
    }
  }

  private static void acts(BrowserPerson person, String id, List<String> leaks) {
    for (String read : List.of("conversations/", "interfaces/messages/", "emergency-reviews/")) {
      leak(leaks, call(person, "GET", read + id, ""), read + id, 404, 403, 405);
    }
    leak(leaks, call(person, "GET", "patients/" + id + "/chart", ""), "chart", 404, 403);
    for (String act :
        List.of(
            "messages/%s/retraction",
            "messages/%s/acknowledgment",
            "dead-letters/%s/replay",
            "merges/%s/undo",
            "interfaces/messages/%s/open",
            "interfaces/messages/%s/replay",
            "interfaces/messages/%s/close",
            "emergencies/%s/conversations",
            "emergency-reviews/%s",
            "accounts/%s/wipe",
            "accounts/%s/enrolment",
            "subscriptions/%s/resume",
            "subscriptions/%s/end")) {
      String path = act.formatted(id);
      String body = "{\"reason\":\"wrong-patient\",\"factor\":\"code\"}";
      // 401 asks for a fresh second factor, 405 and 400 say that there is no such act
      leak(leaks, call(person, "POST", path, body), path, 400, 401, 403, 404, 405, 422);
    }
  }

  /** It must be refused, and must not hold anything of the other hospital. */
  private static void leak(
      List<String> leaks, HttpResponse<String> answer, String what, Integer... refused) {
    if (!List.of(refused).contains(answer.statusCode())) {
      leaks.add(what + ": " + answer.statusCode());
    }
  }

  /** A search may say no, but finds none of them. */
  private static void found(List<String> leaks, String search, String token) throws Exception {
    HttpResponse<String> answer = DemoSystem.fhir(search, token);
    if (answer.statusCode() >= 500) {
      leaks.add(search + ": " + answer.statusCode());
    }
    for (JsonNode entry : JSON.readTree(answer.body()).path("entry")) {
      String id = entry.at("/resource/id").asText();
      if (COPIES.containsValue(id)) {
        leaks.add(search + " finds " + id);
      }
    }
  }

  private static HttpResponse<String> call(
      BrowserPerson person, String method, String path, String body) {
    return DemoSystem.send(
        method,
        DemoSystem.origin() + "/api/" + path,
        body,
        "Cookie",
        "__Host-wardline=" + person.sessionToken(),
        "Content-Type",
        "application/json",
        "X-Wardline",
        "1");
  }

  private static String token(String type) {
    String client =
        type.equals("AuditEvent")
            ? "compliance-reporting"
            : type.equals("Subscription") ? "ehr" : "integration-engine";
    String rights = type.equals("CommunicationRequest") ? ".crs" : ".rs";
    String scope = "system/" + type + rights;
    return type.equals("Composition")
        ? DemoSystem.token(client, scope, "system/Communication.rs")
        : DemoSystem.token(client, scope);
  }
}
