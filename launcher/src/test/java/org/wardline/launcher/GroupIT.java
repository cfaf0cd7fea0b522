package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** People who are written to together: kept, changed, and written to as they are at that moment. */
@ExtendWith(DemoSystem.class)
class GroupIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void what_is_written_to_a_group_goes_to_those_who_are_in_it_then() throws IOException {
    String cole = "Practitioner/" + practitioner("nurse.cole");
    String baker = "Practitioner/" + practitioner("nurse.baker");
    String number = UUID.randomUUID().toString();
    String made = id(FhirClient.post("Group", group(number, named("nurse.cole"), by(baker))), 201);
    assertThat(recipients(send("Group/" + made))).isEqualTo(Set.of(cole, baker));
    assertThat(FhirClient.get("Group?member=" + baker + "&_count=500").body()).contains(made);

    assertThat(put(made, group(number, by(baker)), 1).statusCode()).isEqualTo(200);
    assertThat(recipients(send("Group/" + made))).isEqualTo(Set.of(baker));
    assertThat(put(made, group(number, by(cole)), 1).statusCode())
        .as("changed meanwhile")
        .isEqualTo(412);

    HttpResponse<String> patched =
        DemoSystem.send(
            "PATCH",
            DemoSystem.origin() + "/fhir/Group/" + made,
            "[{\"op\":\"add\",\"path\":\"/member/0/inactive\",\"value\":true}]",
            "Authorization",
            "Bearer " + FhirClient.token(),
            "Content-Type",
            "application/json-patch+json");
    assertThat(patched.statusCode()).as(patched.body()).isEqualTo(200);
    assertThat(post("Group/" + made).body()).contains("Nobody is in this group.");
    JsonNode found = JSON.readTree(FhirClient.get("Group?identifier=urn:it%7C" + number).body());
    assertThat(found.path("entry")).hasSize(1);
    assertThat(found.at("/entry/0/resource/meta/versionId").asText()).isEqualTo("3");
    assertThat(found.at("/entry/0/resource/member/0/inactive").asBoolean()).isTrue();
  }

  @Test
  void what_was_sent_before_is_that_also_when_the_group_has_changed_since() {
    String number = UUID.randomUUID().toString();
    String made = id(FhirClient.post("Group", group(number, named("nurse.cole"))), 201);
    String name = UUID.randomUUID().toString();
    String sent = id(post("Group/" + made, name), 201);
    String raised = UUID.randomUUID().toString();
    String alert = id(alert("Group/" + made, raised), 201);
    assertThat(put(made, group(number), 1).statusCode()).isEqualTo(200);
    assertThat(post("Group/" + made).statusCode()).isEqualTo(422);
    assertThat(id(post("Group/" + made, name), 200)).isEqualTo(sent);
    assertThat(id(alert("Group/" + made, raised), 200)).isEqualTo(alert);
  }

  @Test
  void what_a_group_is_not_called_any_more_does_not_find_it() throws IOException {
    String before = UUID.randomUUID().toString();
    String made = id(FhirClient.post("Group", group(before, named("nurse.cole"))), 201);
    put(made, group(UUID.randomUUID().toString(), named("nurse.cole")), 1);
    assertThat(
            JSON.readTree(FhirClient.get("Group?identifier=urn:it%7C" + before).body())
                .path("entry"))
        .isEmpty();
  }

  @Test
  void who_may_raise_no_alert_learns_nothing_of_groups() {
    HttpResponse<String> refused =
        FhirClient.sendAs(
            DemoSystem.token("integration-engine", "system/Patient.rs"),
            "POST",
            "CommunicationRequest",
            alertTo("Group/" + UUID.randomUUID(), "x"));
    assertThat(refused.statusCode()).isEqualTo(403);
  }

  private static HttpResponse<String> alert(String recipient, String name) {
    return FhirClient.post("CommunicationRequest", alertTo(recipient, name));
  }

  private static String alertTo(String recipient, String name) {
    return "{\"resourceType\":\"CommunicationRequest\",\"status\":\"active\",\"identifier\":[{\"system\":\"urn:it\",\"value\":\"%s\"}],\"recipient\":[%s],\"payload\":[{\"contentString\":\"to the group\"}]}"
        .formatted(name, by(recipient));
  }

  private static HttpResponse<String> put(String id, String group, int version) {
    return FhirClient.send(
        "PUT",
        "Group/" + id,
        group.replaceFirst("\\{", "{\"id\":\"" + id + "\","),
        "If-Match",
        "W/\"" + version + "\"");
  }

  @Test
  void a_group_in_which_nobody_is_is_not_written_to() {
    String empty = group(UUID.randomUUID().toString());
    String made = id(FhirClient.post("Group", empty), 201);
    HttpResponse<String> refused = post("Group/" + made);
    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(refused.body()).contains("Nobody is in this group.");
    HttpResponse<String> unknown = post("Group/" + UUID.randomUUID());
    assertThat(unknown.statusCode()).isEqualTo(422);
    assertThat(unknown.body()).contains("There is no such group.");
    String stranger =
        id(
            FhirClient.post("Group", group(UUID.randomUUID().toString(), named("nobody.here"))),
            201);
    assertThat(post("Group/" + stranger).body()).contains("There is no such person.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{\"resourceType\":\"Group\",\"type\":\"person\",\"actual\":true}; Group.type",
        "{\"resourceType\":\"Group\",\"type\":\"practitioner\",\"actual\":false}; Group.type",
        "{\"resourceType\":\"Group\",\"type\":\"practitioner\",\"actual\":true,\"member\":[{\"entity\":{\"reference\":\"Patient/1\"}}]}; Group.member[0].entity",
        "{\"resourceType\":\"Group\",\"type\":\"practitioner\",\"actual\":true,\"member\":[{\"entity\":{\"reference\":\"Group/1\"}}]}; Group.member[0].entity",
        "{\"resourceType\":\"Group\",\"type\":\"practitioner\",\"actual\":true,\"member\":[{\"entity\":{\"display\":\"x\"}}]}; Group.member[0].entity"
      })
  void what_is_no_group_of_people_is_refused_with_its_place(String body, String place) {
    HttpResponse<String> refused = FhirClient.post("Group", body);
    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(refused.body()).contains("\"expression\":[\"" + place + "\"]");
  }

  private static Set<String> recipients(String message) throws IOException {
    String token = DemoSystem.token("integration-engine", "system/Communication.crs");
    JsonNode read = JSON.readTree(DemoSystem.fhir("Communication/" + message, token).body());
    return new TreeSet<>(read.path("recipient").findValuesAsText("reference"));
  }

  private static String send(String recipient) {
    return id(post(recipient), 201);
  }

  private static HttpResponse<String> post(String recipient) {
    return post(recipient, UUID.randomUUID().toString());
  }

  private static HttpResponse<String> post(String recipient, String name) {
    return FhirClient.sendAs(
        DemoSystem.token("integration-engine", "system/Communication.crs"),
        "POST",
        "Communication",
        "{\"resourceType\":\"Communication\",\"status\":\"in-progress\",\"identifier\":[{\"system\":\"urn:it\",\"value\":\""
            + name
            + "\"}],\"recipient\":["
            + by(recipient)
            + "],\"payload\":[{\"contentString\":\"to the group\"}]}");
  }

  private static String practitioner(String username) {
    return DemoDatabase.query("select id from practitioner where username = '" + username + "'");
  }

  private static String named(String username) {
    return "{\"identifier\":{\"value\":\"" + username + "\"}}";
  }

  private static String by(String reference) {
    return "{\"reference\":\"" + reference + "\"}";
  }

  private static String group(String number, String... members) {
    String all =
        List.of(members).stream()
            .map(m -> "{\"entity\":" + m + "}")
            .collect(Collectors.joining(","));
    return "{\"resourceType\":\"Group\",\"identifier\":[{\"system\":\"urn:it\",\"value\":\"%s\"}],\"type\":\"practitioner\",\"actual\":true%s}"
        .formatted(number, all.isEmpty() ? "" : ",\"member\":[" + all + "]");
  }

  private static String id(HttpResponse<String> answer, int status) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return answer
        .headers()
        .firstValue("Location")
        .orElse(answer.uri().getPath())
        .replaceFirst(".*/(?:Group|Communication|CommunicationRequest)/([^/]+).*", "$1");
  }
}
