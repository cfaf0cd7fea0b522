package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A message that is only kept now (accept acknowledgment) is kept once, however often and on
 * however many connections it comes.
 */
@ExtendWith(DemoSystem.class)
class KeptOnceIT {
  private static final int CONNECTIONS = 8;
  private static final int MESSAGES = 25;

  @Test
  void what_comes_on_many_connections_at_once_is_kept_once() throws Exception {
    CyclicBarrier together = new CyclicBarrier(CONNECTIONS);
    ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
    try {
      List<Future<List<String>>> answers = new ArrayList<>();
      for (int connection = 0; connection < CONNECTIONS; connection++) {
        answers.add(threads.submit(sender(together, connection)));
      }
      for (Future<List<String>> each : answers) {
        assertThat(each.get(120, TimeUnit.SECONDS)).hasSize(MESSAGES).containsOnly("CA");
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(kept("ONCE-%")).isEqualTo(MESSAGES);
    assertThat(onRecord("ONCE-%")).isEqualTo(MESSAGES);
    assertThat(kept("NOISE-%")).isEqualTo(MESSAGES * (CONNECTIONS / 2));
  }

  /** Half of them send what is answered by AA in between, which is kept on another way. */
  private static Callable<List<String>> sender(CyclicBarrier together, int connection) {
    return () -> {
      List<String> codes = new ArrayList<>();
      try (MllpClient client = client()) {
        for (int i = 0; i < MESSAGES; i++) {
          together.await(60, TimeUnit.SECONDS);
          codes.add(client.send(bytes("ONCE-" + i, "AL|NE", "")).code());
          if (connection % 2 == 0) {
            client.send(bytes("NOISE-" + connection + "-" + i, "|", ""));
          }
        }
      }
      return codes;
    };
  }

  @Test
  void another_body_under_the_same_control_id_is_another_message() throws Exception {
    try (MllpClient client = client()) {
      assertThat(client.send(bytes("TWICE-1", "AL|NE", "")).code()).isEqualTo("CA");
      assertThat(client.send(bytes("TWICE-1", "AL|NE", "")).code()).isEqualTo("CA");
      assertThat(client.send(bytes("TWICE-1", "AL|NE", "another")).code()).isEqualTo("CA");
    }
    assertThat(kept("TWICE-1")).isEqualTo(2);
  }

  @Test
  void what_came_before_the_window_is_new() throws Exception {
    try (MllpClient client = client()) {
      for (String asked : List.of("AL|NE", "|")) {
        String id = asked.equals("|") ? "OLD-AA" : "OLD-CA";
        client.send(bytes(id, asked, ""));
        DemoDatabase.execute(
            "update inbound_key set received_at = received_at - interval '1 year' where control_id = '"
                + id
                + "'");
        MllpClient.Reply again = client.send(bytes(id, asked, ""));
        assertThat(again.code()).isEqualTo(asked.equals("|") ? "AA" : "CA");
        assertThat(again.text()).doesNotContain("ERR|");
        assertThat(kept(id)).isEqualTo(2);
        client.send(bytes(id, asked, ""));
        assertThat(kept(id)).isEqualTo(2);
      }
    }
  }

  private static MllpClient client() throws java.io.IOException {
    return new MllpClient(
        DemoSystem.installation().address(),
        DemoSystem.installation().port("mllp"),
        Duration.ofSeconds(60));
  }

  private static byte[] bytes(String controlId, String asked, String note) {
    return Hl7.message("ADT^A08^ADT_A01", controlId, controlId + "^^^IT^MR", "NTE|1||" + note)
        .replace("|2.5.1||||||", "|2.5.1|||" + asked + "||")
        .getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  private static int kept(String controlId) {
    return Integer.parseInt(
        DemoDatabase.query(
            "select count(*) from inbound where control_id like '" + controlId + "'"));
  }

  private static int onRecord(String controlId) {
    return Integer.parseInt(
        DemoDatabase.query(
            """
            select count(*) from audit_event a join inbound i on a.entities @> array['urn:uuid:' || i.id]
            where i.control_id like '%s' and a.subtype @> array['interface-received']"""
                .formatted(controlId)));
  }
}
