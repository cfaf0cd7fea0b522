package org.wardline.notice;

import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import org.wardline.setting.InvalidSettingException;
import org.wardline.setting.Settings;

/**
 * The hospital's mail server, and how it is spoken to (RFC 5321, RFC 3207).
 *
 * @param security of the connection
 * @param user empty when it asks for no name
 * @param password of that user; never in a text
 * @param from sender of what we send
 */
record MailServer(
    String host, int port, Security security, String user, String password, InternetAddress from) {
  private static final String CONNECT = "10000"; // milliseconds

  /** Milliseconds of one answer: filters look at a mail before its server says that it has it. */
  private static final String ANSWER = "120000";

  /** Of the connection. */
  enum Security {
    /** TLS is asked for, and nothing is sent without it. */
    STARTTLS,
    /** TLS from the first byte. */
    TLS,
    /** For a server of the same machine or of a network that is protected itself. */
    NONE
  }

  /**
   * As the settings say.
   *
   * @throws InvalidSettingException naming what is missing or wrong
   */
  static MailServer of(Settings settings) {
    String host = settings.text("wardline.mail.host");
    if (host.isEmpty()) {
      throw new InvalidSettingException(
          "wardline.mail.host", "is needed, since notices are to be sent");
    }
    List<InternetAddress> from = addresses(settings, "wardline.mail.from");
    if (from.size() != 1) {
      throw new InvalidSettingException("wardline.mail.from", "must be one address");
    }
    String user = settings.text("wardline.mail.user");
    return new MailServer(
        host,
        port(settings.number("wardline.mail.port")),
        security(settings.text("wardline.mail.security")),
        user,
        user.isEmpty() ? "" : settings.secret("wardline.mail.password.file"),
        from.get(0));
  }

  /**
   * Mail addresses of a setting.
   *
   * @throws InvalidSettingException when one of them is none
   */
  static List<InternetAddress> addresses(Settings settings, String key) {
    try {
      InternetAddress[] all = InternetAddress.parse(settings.text(key), true);
      for (InternetAddress each : all) {
        each.validate(); // with a domain
      }
      return List.of(all);
    } catch (AddressException e) {
      throw new InvalidSettingException(key, "must be mail addresses, divided by commas");
    }
  }

  private static int port(int number) {
    if (number < 1 || number > 65_535) {
      throw new InvalidSettingException("wardline.mail.port", "must be from 1 to 65535");
    }
    return number;
  }

  private static Security security(String name) {
    try {
      return Security.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException("wardline.mail.security", "must be starttls, tls or none");
    }
  }

  /** For Jakarta Mail, section 6 of its specification and the properties of its SMTP provider. */
  Properties properties() {
    var properties = new Properties();
    properties.put("mail.transport.protocol", "smtp");
    properties.put("mail.smtp.host", host);
    properties.put("mail.smtp.port", String.valueOf(port));
    properties.put("mail.smtp.auth", String.valueOf(!user.isEmpty()));
    properties.put("mail.smtp.starttls.enable", String.valueOf(security == Security.STARTTLS));
    properties.put("mail.smtp.starttls.required", String.valueOf(security == Security.STARTTLS));
    properties.put("mail.smtp.ssl.enable", String.valueOf(security == Security.TLS));
    properties.put("mail.smtp.ssl.checkserveridentity", "true");
    properties.put("mail.smtp.ssl.protocols", "TLSv1.2 TLSv1.3");
    properties.put("mail.smtp.connectiontimeout", CONNECT);
    properties.put("mail.smtp.timeout", ANSWER);
    properties.put("mail.smtp.writetimeout", ANSWER);
    return properties;
  }

  @Override
  public String toString() {
    return "MailServer[" + host + ":" + port + "]";
  }
}
