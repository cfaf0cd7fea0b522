package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Clients that others wrote talk to the running system. */
@ExtendWith(DemoSystem.class)
@Timeout(120)
class ForeignClientsIT {
  @Test
  void hl7_clients_on_node_get_their_acknowledgment() throws Exception {
    List<JsonNode> said =
        Peers.run(
            Map.of(), "hl7-clients.mjs", "127.0.0.1", DemoSystem.installation().text("mllp.port"));
    assertThat(said)
        .extracting(JsonNode::toString)
        .containsExactly(
            "[\"node-hl7-client\",\"AA\",\"PEER-NODE\"]",
            "[\"simple-hl7\",\"AA\",\"PEER-SIMPLE\"]");
  }

  @Test
  void an_hl7_client_on_node_gets_it_over_tls_too() throws Exception {
    var secrets = new SecretFiles(DemoSystem.installation());
    List<JsonNode> said =
        Peers.run(
            Map.of("WARDLINE_PASSPHRASE", secrets.read(secrets.password("engine"))),
            "hl7-clients.mjs",
            "127.0.0.1",
            DemoSystem.installation().text("mllps.port"),
            secrets.certificate("https").toAbsolutePath().toString(),
            secrets.engineKeyStore().toAbsolutePath().toString());
    assertThat(said)
        .extracting(JsonNode::toString)
        .containsExactly("[\"node-hl7-client over TLS\",\"AA\",\"PEER-NODE\"]");
  }

  @Test
  void fhir_clients_on_node_create_read_search_and_page() throws Exception {
    String token =
        DemoSystem.token(
            "integration-engine", "system/Communication.crs", "system/Practitioner.rs");
    JsonNode people =
        new com.fasterxml.jackson.databind.ObjectMapper()
            .readTree(DemoSystem.fhir("Practitioner?identifier=pharm.dietz", token).body());
    String recipient =
        "Practitioner/" + people.path("entry").path(0).path("resource").path("id").asText();
    List<JsonNode> said =
        Peers.run(
            Map.of("WARDLINE_TOKEN", token, "NODE_TLS_REJECT_UNAUTHORIZED", "0"),
            "fhir-clients.mjs",
            DemoSystem.origin() + "/fhir",
            recipient);
    assertThat(said).hasSize(2);
    for (JsonNode client : said) {
      String name = client.path("name").asText();
      assertThat(client.path("read").asText()).as(name).isEqualTo(name + " 0");
      assertThat(client.path("found").asInt()).as(name).isEqualTo(5);
      assertThat(client.path("pages").asInt()).as(name).isEqualTo(3);
      assertThat(client.path("refused").asText()).as(name).contains("recipient");
    }
  }
}
