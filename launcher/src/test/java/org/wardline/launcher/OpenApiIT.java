package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wardline.launcher.FhirClient.kept;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The description for tools that know no FHIR is sound, and what it describes is there. */
@ExtendWith(DemoSystem.class)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class OpenApiIT {
  private static final String ADDRESS = DemoSystem.origin() + "/fhir/openapi.json";

  @Test
  void it_is_sound() throws Exception {
    List<JsonNode> said =
        Peers.run(Map.of("NODE_TLS_REJECT_UNAUTHORIZED", "0"), "openapi.mjs", ADDRESS);
    assertThat(said).extracting(JsonNode::toString).containsExactly("[true,null]");
  }

  @Test
  void every_search_and_read_that_it_describes_is_there() throws Exception {
    JsonNode paths = kept(DemoSystem.get(ADDRESS), 200).path("paths");
    String token =
        DemoSystem.token("integration-engine", "system/Communication.crs", "system/Patient.rs");
    List<String> described = new ArrayList<>();
    paths
        .fieldNames()
        .forEachRemaining(
            path -> {
              if (paths.path(path).has("get")) {
                described.add(path);
                String asked =
                    path.substring(1)
                        .replace("{id}", "0190a000-0000-7000-8000-000000000000")
                        .replace("{version}", "1");
                int status = DemoSystem.fhir(asked, token).statusCode();
                assertThat(status).as(path).isIn(200, asked.startsWith("$") ? 400 : 200, 403, 404);
              }
            });
    assertThat(described)
        .contains(
            "/metadata",
            "/Communication",
            "/Communication/{id}",
            "/Communication/{id}/_history",
            "/Patient/{id}/$everything",
            "/AuditEvent",
            "/Subscription/{id}/$status");
    assertThat(paths.path("/$process-message").has("post")).isTrue();
    assertThat(paths.path("/$export").path("get").path("parameters").findValuesAsText("name"))
        .contains("_since");
    assertThat(paths.path("/Observation/{id}").has("patch")).isTrue();
    assertThat(paths.path("/Observation/$validate").has("post")).isTrue();
    assertThat(paths.path("/Communication").path("get").path("parameters").findValuesAsText("name"))
        .contains("sent", "recipient", "topic");
  }
}
