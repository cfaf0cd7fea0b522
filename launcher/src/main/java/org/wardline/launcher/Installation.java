package org.wardline.launcher;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Where the program is, where its data are, and at which addresses its parts listen. */
public final class Installation {
  /** Settings that are ports of parts, those of the demo hospital last. */
  static final List<String> PORTS =
      List.of(
          "http.port",
          "https.port",
          "mllp.port",
          "mllps.port",
          "keycloak.port",
          "keycloak.health.port",
          "postgres.port",
          "hospital.http.port",
          "hospital.mllp.port");

  private final Path root;
  private final Path data;
  private final Properties settings = new Properties();

  /**
   * Reads {@code config/launcher.properties} and what overrides it.
   *
   * @param root folder of the program
   * @param data folder of the data, usually {@code .wardline}
   * @param overrides settings from the command line
   */
  public Installation(Path root, Path data, Map<String, String> overrides) {
    this.root = root.toAbsolutePath().normalize();
    this.data = data.toAbsolutePath().normalize();
    try (Reader reader = Files.newBufferedReader(config("launcher.properties"))) {
      settings.load(reader);
    } catch (IOException e) {
      throw new LauncherException(
          "config/launcher.properties cannot be read: run wardline from its own folder.");
    }
    for (String key : settings.stringPropertyNames()) {
      String variable = "WARDLINE_" + key.replace('.', '_').toUpperCase(Locale.ROOT);
      String set = System.getenv(variable);
      if (set != null) {
        settings.setProperty(key, set);
      }
    }
    overrides.forEach(this::override);
  }

  private void override(String key, String value) {
    if (!settings.containsKey(key)) {
      throw new LauncherException(
          "There is no setting " + key + "; see config/launcher.properties.");
    }
    settings.setProperty(key, value);
  }

  public String text(String key) {
    return settings.getProperty(key).strip();
  }

  public int port(String key) {
    return number(key + ".port");
  }

  /** Nodes listen on every second port after the first one's. */
  static final int PORT_STEP = 2;

  /** Most nodes on one machine. */
  static final int MOST_NODES = 5;

  /**
   * The port of a node.
   *
   * @param place 0 for the port itself
   */
  int port(String key, int place) {
    return port(key) + PORT_STEP * place;
  }

  public int number(String key) {
    try {
      return Integer.parseInt(text(key));
    } catch (NumberFormatException e) {
      throw new LauncherException("The setting " + key + " must be a whole number.");
    }
  }

  public String address() {
    return text("address");
  }

  public Path root() {
    return root;
  }

  public Path config(String name) {
    return root.resolve("config").resolve(name);
  }

  /** An archive of the build. */
  public Path built(String name) {
    return root.resolve(name);
  }

  public Path data() {
    return data;
  }

  public Path folder(String name) {
    Path folder = data.resolve(name);
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new LauncherException("The folder " + folder + " cannot be made: check its rights.");
    }
    return folder;
  }

  public Path log(String part) {
    return folder("logs").resolve(part + ".log");
  }

  /** Writes a file of the running installation. */
  public Path write(String name, String content) {
    Path file = data.resolve(name);
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, content);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String issuer() {
    return "http://localhost:" + port("keycloak") + "/realms/wardline";
  }

  /**
   * Who is made for the demo, with the password and the secret of the one-time codes.
   *
   * @throws LauncherException when there is no such person
   */
  public Identities.DemoPerson demoPerson(String username) {
    return new Identities(this)
        .person(username)
        .orElseThrow(() -> new LauncherException("There is no demo person " + username + "."));
  }

  public String httpOrigin() {
    return httpOrigin(0);
  }

  String httpOrigin(int place) {
    return "http://localhost:" + port("http", place);
  }

  String httpsOrigin() {
    return httpsOrigin(0);
  }

  String httpsOrigin(int place) {
    return "https://localhost:" + port("https", place);
  }

  /** Addresses under which the browser app may be, whichever node answers. */
  List<String> origins() {
    return IntStream.rangeClosed(0, MOST_NODES)
        .boxed()
        .flatMap(place -> Stream.of(httpOrigin(place), httpsOrigin(place)))
        .toList();
  }
}
