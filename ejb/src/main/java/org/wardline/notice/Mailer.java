package org.wardline.notice;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Date;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wardline.notice.Notices.Waiting;
import org.wardline.setting.Settings;

/** Sends notices by SMTP. What stands in one could be read by anybody: neither who, nor whom. */
final class Mailer {
  private static final Logger LOG = LoggerFactory.getLogger(Mailer.class);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm VV", Locale.ROOT);

  private final MailServer server;
  private final String hospital;
  private final String reviews;
  private final ZoneId zone;

  /**
   * As the settings say.
   *
   * @throws org.wardline.setting.InvalidSettingException naming what is missing or wrong
   */
  Mailer(Settings settings) {
    this.server = MailServer.of(settings);
    MailServer.addresses(settings, Notices.TO); // a wrong one is said now, not when it is needed
    this.hospital = settings.text("wardline.organization.name");
    this.reviews = settings.text("wardline.web.origins").split(",", 2)[0].strip() + "/reviews";
    this.zone = settings.zone();
  }

  /** One for each who is to be told. */
  static final class Mail extends MimeMessage {
    private final String id;

    /**
     * The same in each attempt, so that a mailbox knows a mail that was sent twice.
     *
     * @param id that it is known by
     */
    Mail(Session session, String id) {
      super(session);
      this.id = id;
    }

    Session session() {
      return session;
    }

    @Override
    protected void updateMessageID() throws MessagingException {
      setHeader("Message-ID", id);
    }
  }

  /**
   * One attempt.
   *
   * @return what stood in the way, without the server's words; empty when the server took it
   */
  Optional<String> send(Waiting notice) {
    try {
      Mail mail = mail(notice);
      mail.saveChanges();
      Transport transport = mail.session().getTransport("smtp");
      try {
        transport.connect(login(server.user()), login(server.password()));
        transport.sendMessage(mail, mail.getAllRecipients());
        return Optional.empty();
      } finally {
        quit(transport);
      }
    } catch (MessagingException | RuntimeException | LinkageError e) {
      return Optional.of(kinds(e));
    }
  }

  /** The server has taken the mail by then, or not: how it parts changes nothing of that. */
  private static void quit(Transport transport) {
    try {
      transport.close();
    } catch (MessagingException e) {
      LOG.debug("the mail server parted with {}", e.getClass().getSimpleName());
    }
  }

  /** Of the fault and its causes; their words could be anybody's. */
  private static String kinds(Throwable fault) {
    return Stream.<Throwable>iterate(fault, Objects::nonNull, Throwable::getCause)
        .limit(5)
        .map(cause -> cause.getClass().getSimpleName())
        .collect(Collectors.joining(" by "));
  }

  private static @Nullable String login(String word) {
    return word.isEmpty() ? null : word;
  }

  private Mail mail(Waiting notice) throws MessagingException {
    String from = server.from().getAddress();
    var mail =
        new Mail(
            Session.getInstance(server.properties()),
            "<" + notice.id() + from.substring(from.indexOf('@')) + ">");
    mail.setFrom(server.from());
    mail.setRecipient(Message.RecipientType.TO, new InternetAddress(notice.address()));
    mail.setHeader("Auto-Submitted", "auto-generated"); // RFC 3834: nothing answers it by itself
    mail.setSentDate(Date.from(notice.happenedAt()));
    mail.setSubject("Emergency access was opened", StandardCharsets.UTF_8.name());
    mail.setText(text(notice.happenedAt()), StandardCharsets.UTF_8.name());
    return mail;
  }

  private String text(Instant happenedAt) {
    return """
        Emergency access to a patient's conversations and chart was opened at %s.

        Who opened it, for which patient and why, and what was read, stands in Wardline:
        %s

        %s
        """
        .formatted(TIME.format(happenedAt.atZone(zone)), reviews, hospital);
  }
}
