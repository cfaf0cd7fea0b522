package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
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

  private static List<String> send(int sender) throws Exception {
    List<String> codes = new ArrayList<>();
    try (var client =
        new MllpClient(
            DemoSystem.installation().address(),
            DemoSystem.installation().port("mllp"),
            Duration.ofSeconds(30))) {
      for (int i = 0; i < EACH; i++) {
        // half of them go through the people forwards, half backwards
        int person = sender % 2 == 0 ? i % PEOPLE : PEOPLE - 1 - i % PEOPLE;
        String message =
            "MSH|^~\\&|HR|IT|WARDLINE|DEMO|20260601||MFN^M02^MFN_M02|STAFF-%d-%d|T|2.5.1\rMFI|PRA|HR|UPD|||AL\rMFE|MUP|||load.%d\rSTF|load.%d||Load^Person%d\r"
                .formatted(sender, i, person, person, person);
        codes.add(client.send(message.getBytes(StandardCharsets.UTF_8)).code());
      }
    }
    return codes;
  }
}
