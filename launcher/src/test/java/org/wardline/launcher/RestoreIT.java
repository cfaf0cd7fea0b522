package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.wardline.launcher.DemoSystem.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A backup of the running system, and the way back to a moment after it. */
@ExtendWith(DemoSystem.class)
class RestoreIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void after_a_restore_every_message_receipt_and_audit_record_until_then_is_there()
      throws Exception {
    Backups backups =
        new Backups(DemoSystem.installation(), new SecretFiles(DemoSystem.installation()));
    Path folder = DemoSystem.installation().root().resolve("launcher/target/e2e-backup");
    Folders.delete(folder);
    String run = UUID.randomUUID().toString();

    String first = filed(run, "first");
    backups.take(folder);
    String second = filed(run, "second");
    List<String> record = record(first, second);
    assertThat(record).hasSizeGreaterThan(8);
    Instant until = Instant.now().plusMillis(1);
    await(
        "a later moment", Duration.ofSeconds(5), () -> Instant.now().isAfter(until.plusMillis(50)));
    String third = filed(run, "third");
    assertThatThrownBy(() -> backups.restore(folder, until)).hasMessageContaining("runs");

    DemoSystem.system().close();
    backups.restore(folder, until);
    DemoSystem.restart();

    String token = token();
    assertThat(text(first, token)).isEqualTo("first " + run);
    assertThat(text(second, token)).isEqualTo("second " + run);
    assertThat(DemoSystem.fhir("Communication/" + third, token).statusCode()).isEqualTo(404);
    assertThat(record(first, second)).isEqualTo(record);
    String fourth = filed(run, "fourth");
    assertThat(text(fourth, token)).isEqualTo("fourth " + run);
    for (String word : List.of("first ", "second ", "fourth ")) {
      assertThat(DemoSystem.hospitalFhir().body().split(word + run, -1)).hasSize(2);
    }
  }

  /** Sends a message and waits until both of the hospital's systems have it. */
  private static String filed(String run, String word) throws IOException {
    var answer =
        DemoSystem.post(
            DemoSystem.origin() + "/fhir/Communication",
            """
            {"resourceType":"Communication","status":"in-progress","identifier":[{"system":"urn:it:restore","value":"%1$s-%2$s"}],
              "recipient":[{"identifier":{"system":"https://wardline.org/fhir/NamingSystem/username","value":"nurse.cole"}}],
              "payload":[{"contentString":"%2$s %1$s"}]}"""
                .formatted(run, word),
            "Authorization",
            "Bearer " + token(),
            "Content-Type",
            "application/fhir+json");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    String location = answer.headers().firstValue("Location").orElseThrow();
    String id = location.replaceFirst(".*/Communication/([^/]+).*", "$1");
    await(
        word + " is filed",
        Duration.ofSeconds(60),
        () ->
            rows(
                        "select target from recipient_state where message_id = ?::uuid and state = 'filed'",
                        id)
                    .size()
                == 2);
    return id;
  }

  private static String token() {
    return DemoSystem.token("integration-engine", "system/Communication.crs");
  }

  private static String text(String id, String token) throws IOException {
    JsonNode read = JSON.readTree(DemoSystem.fhir("Communication/" + id, token).body());
    return read.path("payload").path(0).path("contentString").asText();
  }

  /** Receipts and audit records of messages, in full, without those of reading them. */
  private static List<String> record(String... ids) {
    List<String> record = new ArrayList<>();
    for (String id : ids) {
      record.addAll(
          rows("select r::text from receipt r where message_id = ?::uuid order by 1", id));
      record.addAll(
          rows(
              """
              select a::text from audit_event a where entities @> array['Communication/' || ?]
                and not subtype @> array['message-read'] and not subtype @> array['resource-read'] order by 1""",
              id));
    }
    return record;
  }

  private static List<String> rows(String sql, String value) {
    try (Connection connection = DemoSystem.system().database("wardline");
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, value);
      try (ResultSet rows = statement.executeQuery()) {
        List<String> found = new ArrayList<>();
        while (rows.next()) {
          found.add(rows.getString(1));
        }
        return found;
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
