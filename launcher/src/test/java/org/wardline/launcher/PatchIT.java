package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wardline.launcher.FhirClient.get;
import static org.wardline.launcher.FhirClient.kept;
import static org.wardline.launcher.FhirClient.post;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** JSON Patch is the same act as PUT: same rights, same rules, and never over what others did. */
@ExtendWith(DemoSystem.class)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class PatchIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void a_result_is_corrected_by_a_patch() throws Exception {
    JsonNode result = observation("PATCH-1");
    String path = "Observation/" + result.path("id").asText();
    JsonNode patched =
        kept(
            patch(
                path,
                "[{\"op\":\"test\",\"path\":\"/status\",\"value\":\"preliminary\"},{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"final\"}]",
                "W/\"1\""),
            200);
    assertThat(patched.path("status").asText()).isEqualTo("final");
    assertThat(patched.path("meta").path("versionId").asText()).isEqualTo("2");
    assertThat(patched.path("code")).isEqualTo(result.path("code"));

    assertThat(patch(path, "[{\"op\":\"remove\",\"path\":\"/note\"}]").statusCode()).isEqualTo(422);
    assertThat(patch(path, "[]", "W/\"1\"").statusCode()).isEqualTo(412);
    assertThat(patch(path, "{\"op\":\"remove\"}").statusCode()).isEqualTo(400);
    assertThat(
            patch(
                    path,
                    "[{\"op\":\"add\",\"path\":\"/valueQuantity\",\"value\":{\"value\":1e999999999}}]")
                .statusCode())
        .isEqualTo(400);
    var otherPatient =
        patch(
            path,
            "[{\"op\":\"replace\",\"path\":\"/subject\",\"value\":{\"identifier\":{\"system\":\"urn:it\",\"value\":\"NOBODY\"}}}]");
    assertThat(otherPatient.statusCode()).isEqualTo(422);
    assertThat(JSON.readTree(get(path).body()).path("meta").path("versionId").asText())
        .isEqualTo("2");
  }

  @Test
  void of_many_who_change_the_same_version_one_does() throws Exception {
    String path = "Observation/" + observation("PATCH-2").path("id").asText();
    List<Callable<Integer>> changes =
        IntStream.range(0, 8)
            .<Callable<Integer>>mapToObj(
                i ->
                    () ->
                        patch(
                                path,
                                "[{\"op\":\"add\",\"path\":\"/note\",\"value\":[{\"text\":\"%d\"}]}]"
                                    .formatted(i),
                                "W/\"1\"")
                            .statusCode())
            .toList();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Integer> answers = new ArrayList<>();
      for (Future<Integer> answer : threads.invokeAll(changes, 60, TimeUnit.SECONDS)) {
        answers.add(answer.get());
      }
      assertThat(answers).containsOnly(200, 412).containsOnlyOnce(200);
    } finally {
      threads.shutdownNow();
    }
    assertThat(JSON.readTree(get(path).body()).path("meta").path("versionId").asText())
        .isEqualTo("2");
  }

  @Test
  void a_message_is_taken_back_by_a_patch_and_changed_by_none() throws Exception {
    JsonNode sent =
        kept(
            post(
                "Communication",
                """
                {"resourceType":"Communication","status":"in-progress","recipient":[{"identifier":{"system":"https://wardline.org/fhir/NamingSystem/username","value":"nurse.cole"}}],
                 "payload":[{"contentString":"Potassium 2.1 mmol/L"}]}"""),
            201);
    String path = "Communication/" + sent.path("id").asText();
    assertThat(
            patch(
                    path,
                    "[{\"op\":\"replace\",\"path\":\"/payload/0/contentString\",\"value\":\"Potassium 4.1\"}]")
                .statusCode())
        .isEqualTo(422);
    String reader = DemoSystem.token("integration-engine", "system/Communication.crs");
    String back = "[{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"entered-in-error\"}]";
    assertThat(patchAs(reader, path, back).statusCode()).isEqualTo(403);
    String writer = DemoSystem.token("integration-engine", "system/Communication.crus");
    JsonNode taken = kept(patchAs(writer, path, back), 200);
    assertThat(taken.path("status").asText()).isEqualTo("entered-in-error");
    assertThat(taken.toString()).doesNotContain("Potassium");
  }

  private static JsonNode observation(String number) throws Exception {
    kept(
        post(
            "Patient",
            "{\"resourceType\":\"Patient\",\"identifier\":[{\"system\":\"urn:it\",\"value\":\""
                + number
                + "\"}]}"),
        201);
    return kept(
        post(
            "Observation",
            "{\"resourceType\":\"Observation\",\"status\":\"preliminary\",\"code\":{\"text\":\"K\"},\"subject\":{\"identifier\":{\"system\":\"urn:it\",\"value\":\""
                + number
                + "\"}}}"),
        201);
  }

  private static HttpResponse<String> patch(String path, String body, String... version) {
    return patchAs(FhirClient.token(), path, body, version);
  }

  private static HttpResponse<String> patchAs(
      String token, String path, String body, String... version) {
    var headers =
        new ArrayList<>(
            List.of(
                "Authorization",
                "Bearer " + token,
                "Content-Type",
                "application/json-patch+json",
                "Prefer",
                "return=representation"));
    for (String match : version) {
      headers.addAll(List.of("If-Match", match));
    }
    return DemoSystem.send(
        "PATCH", DemoSystem.origin() + "/fhir/" + path, body, headers.toArray(String[]::new));
  }
}
