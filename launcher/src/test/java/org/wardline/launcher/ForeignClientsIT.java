package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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

  /** Of Debian's package python3-hl7; where it is not installed, this is skipped. */
  @Test
  void mllp_send_gets_its_acknowledgment() throws Exception {
    Path message = Files.createTempFile("mllp-send", ".hl7");
    try {
      Files.writeString(
          message,
          Hl7.message("ADT^A04", "MLLP-SEND", "PEER-DEBIAN^^^IT^MR||Roe^Peer", "")
              .replace("\r", "\r\n"));
      String port = DemoSystem.installation().text("mllp.port");
      Process process;
      try {
        process =
            new ProcessBuilder(
                    "mllp_send", "--loose", "--file", message.toString(), "-p", port, "127.0.0.1")
                .redirectErrorStream(true)
                .start();
      } catch (IOException e) {
        assumeTrue(false, "mllp_send is not installed: " + e.getMessage());
        return;
      }
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).as(said).isTrue();
      assertThat(process.exitValue()).as(said).isZero();
      assertThat(said).contains("MSA|AA|MLLP-SEND");
    } finally {
      Files.delete(message);
    }
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
  void fhir_clients_on_node_create_read_search_page_and_subscribe() throws Exception {
    String token =
        DemoSystem.token(
            "integration-engine",
            "system/Communication.crs",
            "system/Practitioner.rs",
            "system/Subscription.cruds");
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
      assertThat(client.path("told").asText()).as(name).isEqualTo(client.path("last").asText());
    }
  }
}
