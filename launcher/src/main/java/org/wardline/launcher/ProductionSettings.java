package org.wardline.launcher;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;

/**
 * The settings by which a hospital runs the application beside its own PostgreSQL and Keycloak.
 * What would be unsafe is refused, with what to do.
 */
final class ProductionSettings {
  private static final List<String> NEEDED =
      List.of(
          "server.https.keystore.file",
          "server.https.keystore.password.file",
          "server.secrets.folder",
          "wardline.db.url",
          "wardline.keyring.file",
          "wardline.oidc.issuer",
          "wardline.oidc.client-key.file",
          "wardline.oidc.directory-key.file",
          "wardline.organization.id",
          "wardline.organization.name",
          "wardline.web.origins");
  private static final Set<PosixFilePermission> OF_OTHERS =
      Set.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);
  private final Properties settings = new Properties();

  ProductionSettings(Path file) {
    try (Reader reader = Files.newBufferedReader(file)) {
      settings.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new LauncherException("The settings " + file + " cannot be read.");
    }
  }

  String text(String key, String otherwise) {
    return settings.getProperty(key, otherwise).strip();
  }

  Path file(String key) {
    return Path.of(text(key, ""));
  }

  String secret(String key) {
    try {
      return Files.readString(file(key)).strip();
    } catch (IOException e) {
      throw new LauncherException(key + ": " + file(key) + " cannot be read.");
    }
  }

  int port(String key, int otherwise) {
    try {
      return Integer.parseInt(text(key, String.valueOf(otherwise)));
    } catch (NumberFormatException e) {
      throw new LauncherException(key + " must be a whole number.");
    }
  }

  /** What goes to the application. */
  String application() {
    var own = new Properties();
    settings.forEach(
        (key, value) -> {
          if (key.toString().startsWith("wardline.")) {
            own.put(key, value);
          }
        });
    var bytes = new ByteArrayOutputStream();
    try {
      own.store(bytes, null); // escapes what is not ASCII, as the server reads it
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }

  /** Everything that speaks against a start; empty when nothing does. */
  List<String> problems() {
    var problems = new ArrayList<String>();
    for (String key : NEEDED) {
      if (text(key, "").isEmpty()) {
        problems.add(key + " is missing.");
      }
    }
    for (Object name : settings.keySet()) {
      String key = name.toString();
      if (key.endsWith(".file") && !text(key, "").isEmpty()) {
        checkFile(key, problems);
      }
    }
    checkAddresses(problems);
    if (!text("server.secrets.folder", "").isEmpty()
        && !Files.isReadable(file("server.secrets.folder").resolve("wardline.db.password"))) {
      problems.add(
          "server.secrets.folder holds no file wardline.db.password: it is the password of wardline.db.user.");
    }
    return problems;
  }

  private void checkFile(String key, List<String> problems) {
    Path file = file(key);
    if (!Files.isReadable(file)) {
      problems.add(key + ": there is no file " + file + " that can be read.");
    } else if (file.toAbsolutePath().normalize().toString().contains("/config/demo/")) {
      problems.add(key + " names a file of the demo: it must not be used where patients are.");
    } else if (holdsSecret(key) && openToOthers(file)) {
      problems.add(key + ": others can read " + file + ". Take their right away: chmod 600.");
    }
  }

  private static boolean holdsSecret(String key) {
    return key.contains("password") || key.contains("key");
  }

  private static boolean openToOthers(Path file) {
    try {
      return Files.getPosixFilePermissions(file).stream().anyMatch(OF_OTHERS::contains);
    } catch (IOException | UnsupportedOperationException e) {
      return false; // no file system with such rights
    }
  }

  private void checkAddresses(List<String> problems) {
    for (String origin : text("wardline.web.origins", "").split("\\s*,\\s*", -1)) {
      if (!origin.isEmpty() && !origin.startsWith("https://")) {
        problems.add("wardline.web.origins: " + origin + " is not HTTPS.");
      }
    }
    String issuer = text("wardline.oidc.issuer", "");
    if (!issuer.isEmpty() && !issuer.startsWith("https://") && !here(host(issuer))) {
      problems.add("wardline.oidc.issuer: sign-in over plain HTTP could be read on the way.");
    }
    String database = text("wardline.db.url", "");
    if (database.startsWith("jdbc:")
        && !here(host(database.substring("jdbc:".length())))
        && !database.contains("sslmode=verify-full")) {
      problems.add(
          "wardline.db.url: add sslmode=verify-full, else what goes to the database could be read on the way.");
    }
    String mail = text("wardline.mail.host", "");
    if (!mail.isEmpty() && text("wardline.mail.security", "").equals("none") && !here(mail)) {
      problems.add(
          "wardline.mail.security: none is for a mail server of this machine; a password could be read on the way.");
    }
    if (!here(text("server.http.address", "127.0.0.1"))) {
      problems.add("server.http.address: plain HTTP listens on this machine only.");
    }
  }

  private static String host(String address) {
    try {
      String host = URI.create(address).getHost();
      return host == null ? "" : host;
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private static boolean here(String host) {
    return host.equals("localhost")
        || host.startsWith("127.")
        || host.equals("[::1]")
        || host.equals("::1");
  }
}
