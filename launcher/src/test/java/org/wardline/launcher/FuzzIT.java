package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Mutated messages on open sockets, for as long as {@code wardline.test.fuzz} says: each is
 * answered or its connection ends, and the server goes on as before. The same seed ({@code
 * wardline.test.fuzz.seed}) sends the same.
 */
@ExtendWith(DemoSystem.class)
class FuzzIT {
  private static final Duration LONG =
      Duration.parse(System.getProperty("wardline.test.fuzz", "PT8S"));

  /** Of the first sender's chance; another one gives other messages. */
  private static final long SEED = Long.getLong("wardline.test.fuzz.seed", 4711L);

  private static final int SENDERS = 4;
  private static final int THREADS_ALLOWED = 40;
  private static final List<String> SEEDS =
      List.of(
          Hl7.message(
              "ADT^A01^ADT_A01",
              "FUZZ",
              "FUZZ^^^IT^MR||Roe^Fay||19800101|F|||1 Way^^Bern",
              "PV1|1|I|3 West^1^1||||1^Roe|||||||||||V1\nNK1|1|Roe^Max|SPO\n"),
          Hl7.message(
              "ORU^R01^ORU_R01",
              "FUZZ",
              "FUZZ^^^IT^MR||Roe^Fay",
              "OBR|1||F1|K^Potassium^L|||20260101\nOBX|1|NM|K^Potassium^L||4.2|mmol/L|3-5|N|||F\nNTE|1||a \\T\\ b\n"),
          Hl7.message(
              "MDM^T02^MDM_T02",
              "FUZZ",
              "FUZZ^^^IT^MR||Roe^Fay",
              "TXA|1|CN|TX|20260101||||||||D1\nOBX|1|ED|X||^AP^^Base64^SGVsbG8=||||||F\n"),
          Hl7.message(
              "SIU^S12^SIU_S12",
              "FUZZ",
              "FUZZ^^^IT^MR||Roe^Fay",
              "SCH|1|2||||||30|min|^^30^20260101100000^20260101103000\n"),
          "MSH|^~\\&|HR|IT|WARDLINE|DEMO|20260601||MFN^M02^MFN_M02|FUZZ|T|2.5.1\rMFI|PRA|HR|UPD|||AL\rMFE|MUP|||fuzz.person\rSTF|fuzz.person||Person^Fuzz\r");
  private static final Pattern SILENCE = Pattern.compile("MSH[^\r]*\\W(NE|ER|SU)(\\W|$)");
  private static final AtomicInteger PROBES = new AtomicInteger();
  private static final String ODD = "|^~\\&\r\n\0\u000b\u001c\"'<>{}ÿ\u0080M0";

  @Test
  void mutated_messages_are_answered_or_cut_off_and_the_server_goes_on() throws Exception {
    long threads = threads();
    long until = System.nanoTime() + LONG.toNanos();
    ExecutorService pool = Executors.newFixedThreadPool(SENDERS);
    try {
      List<Future<Integer>> senders = new ArrayList<>();
      for (int i = 0; i < SENDERS; i++) {
        long seed = SEED + i;
        senders.add(pool.submit(() -> send(new Random(seed), until)));
      }
      int sent = 0;
      for (Future<Integer> sender : senders) {
        sent += sender.get(LONG.toSeconds() + 60, TimeUnit.SECONDS);
      }
      assertThat(sent).as("messages sent").isGreaterThan(SENDERS * 10);
    } finally {
      pool.shutdownNow();
    }
    Hl7.taken(Hl7.message("ADT^A04", "FUZZ-AFTER", "FUZZ-AFTER^^^IT^MR||Roe^After", ""));
    DemoSystem.await(
        "no thread was left behind",
        Duration.ofSeconds(60),
        () -> threads() <= threads + THREADS_ALLOWED);
  }

  /** Sends until then; how many messages. A new connection whenever the server ended one. */
  private static int send(Random random, long until) throws IOException {
    int sent = 0;
    while (System.nanoTime() < until) {
      try (var socket =
          new Socket(
              InetAddress.getLoopbackAddress(), DemoSystem.installation().number("mllp.port"))) {
        socket.setSoTimeout(20_000); // an answer that takes longer is a hang, and fails the test
        boolean open = true;
        while (open && System.nanoTime() < until) {
          byte[] message = mutated(random);
          boolean framed = random.nextInt(20) != 0;
          sent++;
          open = exchange(socket, message, framed);
        }
      }
    }
    return sent;
  }

  private static boolean exchange(Socket socket, byte[] message, boolean framed)
      throws IOException {
    var frame = new ByteArrayOutputStream();
    frame.write(framed ? 0x0B : 'x');
    frame.writeBytes(message);
    frame.write(0x1C);
    frame.write(0x0D);
    try {
      socket.getOutputStream().write(frame.toByteArray());
      socket.getOutputStream().flush();
      if (framed && maySilence(message)) {
        return probed(socket);
      }
      return framed && answered(socket.getInputStream());
    } catch (java.net.SocketTimeoutException e) {
      throw new AssertionError("no answer to " + new String(message, StandardCharsets.UTF_8), e);
    } catch (java.net.SocketException e) {
      return false; // it had enough of us
    }
  }

  /** Enhanced mode can ask for silence: by chance, a mutation writes it into MSH-15 and 16. */
  private static boolean maySilence(byte[] message) {
    return SILENCE.matcher(new String(message, StandardCharsets.ISO_8859_1)).find();
  }

  /** Whether the connection goes on: what comes after is answered, whatever became of it. */
  private static boolean probed(Socket socket) throws IOException {
    String id = "PROBE-" + PROBES.incrementAndGet();
    String probe = Hl7.message("ADT^A04", id, "FUZZ-PROBE^^^IT^MR||Roe^Probe", "");
    socket
        .getOutputStream()
        .write(("\u000B" + probe + "\u001C\r").getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
    String answer;
    do {
      answer = answer(socket.getInputStream());
    } while (!answer.isEmpty() && !answer.contains("|" + id));
    return !answer.isEmpty();
  }

  private static boolean answered(InputStream in) throws IOException {
    return !answer(in).isEmpty();
  }

  /** What is in the next frame; empty when the connection ended before. */
  private static String answer(InputStream in) throws IOException {
    var answer = new ByteArrayOutputStream();
    for (int c = in.read(); c >= 0; c = in.read()) {
      if (c == 0x1C) {
        return in.read() == 0x0D ? answer.toString(StandardCharsets.UTF_8) : "";
      }
      answer.write(c);
    }
    return "";
  }

  private static byte[] mutated(Random random) {
    byte[] bytes =
        SEEDS
            .get(random.nextInt(SEEDS.size()))
            .replace("FUZZ", "FUZZ-" + random.nextInt(1000))
            .getBytes(StandardCharsets.UTF_8);
    int changes = random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      bytes = change(bytes, random);
    }
    // an end of frame in the middle is two messages: answers would not match any more
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == 0x1C || bytes[i] == 0x0B) {
        bytes[i] = '?';
      }
    }
    return bytes;
  }

  private static byte[] change(byte[] bytes, Random random) {
    if (bytes.length < 4) {
      return bytes;
    }
    int at = random.nextInt(bytes.length);
    int length = random.nextInt(Math.min(40, bytes.length - at) + 1);
    var changed = new ByteArrayOutputStream();
    changed.write(bytes, 0, at);
    switch (random.nextInt(6)) {
      case 0 -> changed.write(random.nextInt(256)); // another byte
      case 1 -> at += length; // a part missing
      case 2 -> { // a part twice, or very often
        for (int i = random.nextInt(20) == 0 ? 2000 : 1; i > 0; i--) {
          changed.write(bytes, at, length);
        }
      }
      case 3 ->
          changed.writeBytes(
              ODD.substring(random.nextInt(ODD.length())).getBytes(StandardCharsets.UTF_8));
      case 4 -> at = bytes.length; // cut off
      default ->
          changed.writeBytes("\r".repeat(random.nextInt(5)).getBytes(StandardCharsets.UTF_8));
    }
    changed.write(bytes, Math.min(at, bytes.length), bytes.length - Math.min(at, bytes.length));
    return changed.toByteArray();
  }

  private static long threads() {
    return DemoSystem.get(DemoSystem.origin() + "/metrics")
        .body()
        .lines()
        .filter(l -> l.matches("(base_)?thread_count.*"))
        .mapToLong(l -> (long) Double.parseDouble(l.substring(l.lastIndexOf(' ') + 1)))
        .findFirst()
        .orElseThrow();
  }
}
