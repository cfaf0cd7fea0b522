package org.wardline.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** HL7 v2 over TLS: who proves who he is comes in, nobody else. */
@ExtendWith(DemoSystem.class)
class MllpTlsIT {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final byte[] MESSAGE =
      String.join(
              "\r",
              "MSH|^~\\&|ENGINE|DEMO|WARDLINE|DEMO|20260101080000+0000||ADT^A01^ADT_A01|TLS-1|T|2.5.1",
              "PID|1||TLS-1^^^DEMO^MR||Roe^Tessa||19700102|F",
              "PV1|1|I|Ward 3 West^12^1",
              "")
          .getBytes(StandardCharsets.UTF_8);
  @TempDir private Path folder;
  private final SecretFiles secrets = new SecretFiles(DemoSystem.installation());

  @Test
  void a_client_with_a_certificate_that_is_known_is_answered() throws Exception {
    var tls =
        new MllpTlsClient(
            secrets.engineKeyStore(),
            secrets.read(secrets.password("engine")),
            secrets.certificate("https"));
    var socket = (SSLSocket) tls.socket();
    try (var client = new MllpClient(socket, "127.0.0.1", port(), LIMIT)) {
      assertThat(client.send(MESSAGE).code()).isEqualTo("AA");
      assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
    }
  }

  @Test
  void a_client_with_a_foreign_certificate_gets_no_answer() throws Exception {
    Path foreign = folder.resolve("foreign.p12");
    keytool(foreign, "CN=wardline-engine"); // the name alone proves nothing
    var tls = new MllpTlsClient(foreign, "foreign-secret", secrets.certificate("https"));
    assertThatThrownBy(() -> send(tls.socket())).isInstanceOf(IOException.class);
  }

  @Test
  void a_client_that_proves_nothing_gets_no_answer() {
    assertThatThrownBy(() -> send(new Socket())).isInstanceOf(IOException.class);
  }

  @Test
  void the_command_sends_over_tls() throws Exception {
    Path file = java.nio.file.Files.write(folder.resolve("adt.hl7"), MESSAGE);
    var said = new StringWriter();
    var command = new picocli.CommandLine(new Wardline());
    command.setOut(new PrintWriter(said));
    var arguments = new ArrayList<>(List.of("--data", data().toString()));
    arguments.addAll(List.of("--set", "mllps.port=" + port()));
    arguments.addAll(List.of("hl7", "send", "--tls", file.toString()));
    assertThat(command.execute(arguments.toArray(String[]::new))).isZero();
    assertThat(said.toString()).contains("MSA|AA|TLS-1");
  }

  private static Path data() {
    return Path.of(System.getProperty("wardline.root")).resolve("launcher/target/e2e");
  }

  private static int port() {
    return DemoSystem.installation().number("mllps.port");
  }

  private static MllpClient.Reply send(Socket socket) throws IOException {
    try (var client = new MllpClient(socket, "127.0.0.1", port(), LIMIT)) {
      return client.send(MESSAGE);
    }
  }

  private static void keytool(Path store, String subject) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "foreign",
                "-keyalg",
                "EC",
                "-dname",
                subject,
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                "foreign-secret")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor(20, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
  }
}
