package org.wardline.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wardline.notice.Notices.Waiting;
import org.wardline.setting.InvalidSettingException;
import org.wardline.setting.Settings;

/** Notices to a real mail server, and settings that cannot work. */
class MailerTest {
  private static final Waiting NOTICE =
      new Waiting(
          UUID.fromString("01900000-0000-7000-8000-0000000000aa"),
          UUID.fromString("01900000-0000-7000-8000-000000000001"),
          UUID.fromString("01900000-0000-7000-8000-0000000000bb"),
          "deputy@hospital.example",
          Instant.parse("2026-06-01T10:15:30Z"),
          0);

  private final GreenMail server =
      new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
  private final Map<String, String> set = new HashMap<>();
  private int port;

  @BeforeEach
  void start() {
    server.setUser("wardline@hospital.example", "wardline", "s3cret");
    server.start();
    port = server.getSmtp().getPort();
    set.put("wardline.emergency.notice.to", "privacy@hospital.example, deputy@hospital.example");
    set.put("wardline.mail.host", "127.0.0.1");
    set.put("wardline.mail.port", String.valueOf(port));
    set.put("wardline.mail.security", "none");
    set.put("wardline.mail.from", "Wardline <wardline@hospital.example>");
    set.put("wardline.zone", "Europe/Zurich");
  }

  @AfterEach
  void stop() {
    server.stop();
  }

  @Test
  void he_is_told_when_and_where_but_not_who(@TempDir Path folder) throws Exception {
    set.put("wardline.mail.user", "wardline");
    set.put(
        "wardline.mail.password.file",
        Files.writeString(folder.resolve("password"), "s3cret\n").toString());
    assertThat(mailer().send(NOTICE)).isEmpty();
    assertThat(server.getReceivedMessages()).hasSize(1);
    var mail = server.getReceivedMessages()[0];
    assertThat(mail.getAllRecipients())
        .extracting(String::valueOf)
        .containsExactly("deputy@hospital.example");
    assertThat(mail.getMessageID())
        .isEqualTo("<01900000-0000-7000-8000-0000000000aa@hospital.example>");
    assertThat(String.valueOf(mail.getContent()))
        .contains("2026-06-01 12:15 Europe/Zurich", "/reviews");
  }

  @Test
  void a_wrong_password_and_a_server_that_is_away_are_faults_without_their_words(
      @TempDir Path folder) throws Exception {
    set.put("wardline.mail.user", "wardline");
    set.put(
        "wardline.mail.password.file",
        Files.writeString(folder.resolve("password"), "wrong").toString());
    assertThat(mailer().send(NOTICE))
        .hasValueSatisfying(w -> assertThat(w).startsWith("AuthenticationFailedException"));
    server.stop();
    assertThat(mailer().send(NOTICE))
        .hasValueSatisfying(w -> assertThat(w).startsWith("MailConnectException"));
    assertThat(server.getReceivedMessages()).isEmpty();
  }

  /** Sent again, he would be told of it every few minutes. */
  @Test
  void what_the_server_took_is_sent_even_when_it_parts_badly() throws Exception {
    try (var listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<String> taken =
          CompletableFuture.supplyAsync(() -> takeAndBreakOff(listening));
      set.put("wardline.mail.port", String.valueOf(listening.getLocalPort()));
      assertThat(mailer().send(NOTICE)).isEmpty();
      assertThat(taken.get(30, TimeUnit.SECONDS)).contains("Emergency access");
    }
  }

  /** A server that takes one mail, and closes the connection at QUIT without an answer. */
  private static String takeAndBreakOff(ServerSocket listening) {
    var mail = new StringBuilder();
    try (Socket socket = listening.accept();
        var in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
      socket.setSoTimeout(20_000);
      OutputStream out = socket.getOutputStream();
      out.write("220 here\r\n".getBytes(StandardCharsets.US_ASCII));
      boolean data = false;
      for (String line = in.readLine();
          line != null && !line.equals("QUIT");
          line = in.readLine()) {
        if (data && !line.equals(".")) {
          mail.append(line).append('\n');
        } else {
          data = line.equals("DATA");
          out.write((data ? "354 go on\r\n" : "250 ok\r\n").getBytes(StandardCharsets.US_ASCII));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return mail.toString();
  }

  @Test
  void nothing_is_sent_in_the_clear_where_tls_was_asked_for() {
    set.put("wardline.mail.security", "starttls");
    assertThat(mailer().send(NOTICE)).isPresent();
    assertThat(server.getReceivedMessages()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "wardline.mail.host, ''",
    "wardline.mail.from, ''",
    "wardline.mail.from, nobody",
    "wardline.mail.from, 'a@b.example, c@d.example'",
    "wardline.mail.security, ssl",
    "wardline.mail.port, many",
    "wardline.mail.port, 65536",
    "wardline.mail.port, -1",
    "wardline.mail.user, somebody",
    "wardline.emergency.notice.to, privacy"
  })
  void what_cannot_work_is_named_at_the_start(String key, String value) {
    set.put(key, value);
    String named = key.equals("wardline.mail.user") ? "wardline.mail.password.file" : key;
    assertThatThrownBy(this::mailer)
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining(named);
  }

  private Mailer mailer() {
    return new Mailer(new Settings(key -> Optional.ofNullable(set.get(key))));
  }
}
