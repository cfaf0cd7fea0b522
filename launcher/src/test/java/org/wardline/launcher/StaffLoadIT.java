package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The staff directory told of over several connections at once: of the same people, in any order.
 */
@ExtendWith(DemoSystem.class)
class StaffLoadIT {
  private static final int SENDERS = 8;
  private static final int EACH = 40;
  private static final int PEOPLE = 5;

  @Test
  void the_same_people_told_of_at_once_are_all_taken() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(SENDERS);
    try {
      List<Future<List<String>>> answers = new ArrayList<>();
      for (int i = 0; i < SENDERS; i++) {
        int sender = i;
        answers.add(pool.submit(() -> send(sender)));
      }
      for (Future<List<String>> codes : answers) {
        assertThat(codes.get(2, TimeUnit.MINUTES)).hasSize(EACH).containsOnly("AA");
      }
    } finally {
      pool.shutdownNow();
    }
  }

  /** Who keeps a patient and then somebody of the staff, and who does it the other way round. */
  @Test
  void transactions_and_messages_about_the_same_patients_and_people_do_not_block_each_other()
      throws Exception {
    FhirClient.token();
    ExecutorService pool = Executors.newFixedThreadPool(SENDERS);
    try {
      List<Future<List<String>>> answers = new ArrayList<>();
      for (int i = 0; i < SENDERS / 2; i++) {
        int sender = i;
        answers.add(pool.submit(() -> sendBoth(sender)));
        answers.add(pool.submit(() -> transact(sender)));
      }
      for (Future<List<String>> codes : answers) {
        assertThat(codes.get(3, TimeUnit.MINUTES)).hasSize(EACH).isSubsetOf("AA", "200");
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static List<String> transact(int sender) throws Exception {
    List<String> statuses = new ArrayList<>();
    for (int i = 0; i < EACH; i++) {
      List<String> entries = new ArrayList<>();
      for (int person = 0; person < PEOPLE; person++) {
        entries.add(
            """
            {"resource":{"resourceType":"Patient","identifier":[{"system":"urn:wardline:authority:HR","value":"LOADED%1$d"}],"name":[{"family":"Load"}]},"request":{"method":"POST","url":"Patient"}}"""
                .formatted(person));
        if (i % 2
            == 1) { // else patients alone: who works here is one lock, and all would wait there
          continue;
        }
        entries.add(
            """
            {"resource":{"resourceType":"Practitioner","identifier":[{"system":"urn:wardline:authority:HR:staff","value":"load.%1$d"}],"name":[{"family":"Load"}]},"request":{"method":"POST","url":"Practitioner"}}"""
                .formatted(person));
      }
      if (sender % 2 == 1) {
        Collections.reverse(entries);
      }
      String bundle =
          "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":["
              + String.join(",", entries)
              + "]}";
      statuses.add(String.valueOf(FhirClient.post("", bundle).statusCode()));
    }
    return statuses;
  }

  /** A patient, then somebody of the staff, over one connection. */
  private static List<String> sendBoth(int sender) throws Exception {
    return send(
        i -> {
          int who = i / 2 % PEOPLE;
          return i % 2 == sender % 2
              ? "MSH|^~\\&|HR|IT|WARDLINE|DEMO|20260601||ADT^A08^ADT_A01|BOTH-%d-%d|T|2.5.1\rEVN||20260601\rPID|1||LOADED%d^^^HR^MR||Load^Both\rPV1|1|N\r"
                  .formatted(sender, i, who)
              : staff("BOTH-" + sender + "-" + i, who);
        });
  }

  private static List<String> send(int sender) throws Exception {
    // half of them go through the people forwards, half backwards
    return send(
        i ->
            staff(
                "STAFF-" + sender + "-" + i,
                sender % 2 == 0 ? i % PEOPLE : PEOPLE - 1 - i % PEOPLE));
  }

  private static String staff(String controlId, int who) {
    return "MSH|^~\\&|HR|IT|WARDLINE|DEMO|20260601||MFN^M02^MFN_M02|%1$s|T|2.5.1\rMFI|PRA|HR|UPD|||AL\rMFE|MUP|||load.%2$d\rSTF|load.%2$d||Load^Person%2$d\r"
        .formatted(controlId, who);
  }

  /** Over one connection; the codes of the answers. */
  private static List<String> send(IntFunction<String> message) throws Exception {
    List<String> codes = new ArrayList<>();
    try (var client =
        new MllpClient(
            DemoSystem.installation().address(),
            DemoSystem.installation().port("mllp"),
            Duration.ofSeconds(30))) {
      for (int i = 0; i < EACH; i++) {
        codes.add(client.send(message.apply(i).getBytes(StandardCharsets.UTF_8)).code());
      }
    }
    return codes;
  }
}
