package org.wardline.launcher;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The application on Payara Micro. */
final class ServerPart {
  private static final Pattern READY = Pattern.compile("Payara Micro [^\n]* ready in ");
  private static final String DEPLOYED = "wardline was successfully deployed";

  private final Installation installation;
  private final SecretFiles secrets;
  private @Nullable Child child;

  private final Node node;

  /**
   * One of the nodes.
   *
   * @param number from 1
   * @param place its ports are so many steps after the first ones
   */
  record Node(int number, int place) {
    String name() {
      return number == 1 ? "wardline" : "wardline-" + number;
    }

    String file(String name) {
      return number == 1 ? name : name + "-" + number;
    }
  }

  ServerPart(Installation installation, SecretFiles secrets, Node node) {
    this.installation = installation;
    this.secrets = secrets;
    this.node = node;
  }

  void start(PostgresPart postgres, boolean demo, Map<String, String> environment) {
    Child started = Child.start(installation, node.name(), command(postgres, demo), environment);
    child = started;
    try {
      started.awaitReady(
          health(),
          Duration.ofSeconds(installation.number("ready.seconds")),
          ServerPart::withoutApplication);
    } catch (LauncherException e) {
      started.stop(); // a server without its application would keep the ports
      throw e;
    }
  }

  /** Keeps the log of a start that failed from the next one, under {@code .1}. */
  void setLogAside() {
    Path log = installation.log(node.name());
    try {
      Files.move(
          log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new LauncherException("The log " + log + " cannot be set aside: " + e.getMessage());
    }
  }

  /**
   * The server stays when the application could not be loaded, such as without a database. Some
   * faults it does not even name: it is ready, and has nothing deployed.
   */
  static boolean withoutApplication(String log) {
    return log.contains("Exception while loading the app")
        || (READY.matcher(log).find() && !log.contains(DEPLOYED));
  }

  static String health(Installation installation) {
    return health(installation, 0);
  }

  private String health() {
    return health(installation, node.place());
  }

  private static String health(Installation installation, int place) {
    return "http://"
        + installation.address()
        + ":"
        + installation.port("http", place)
        + "/health/ready";
  }

  Node node() {
    return node;
  }

  @Nullable Child child() {
    return child;
  }

  private List<String> command(PostgresPart postgres, boolean demo) {
    Path properties =
        installation.write(
            "run/" + node.file("wardline") + ".properties", properties(postgres, demo));
    String address = installation.address();
    var place =
        new MicroCommand.Place(
            installation.folder(node.file("payara")),
            installation.folder(node.file("payara-runtime")),
            installation.folder("secrets").resolve(node.file("server") + ".arguments"),
            installation.folder("run").resolve(node.file("preboot") + ".asadmin"));
    return new MicroCommand(
            installation.text("server.jvm"),
            new MicroCommand.Listener(address, installation.port("http", node.place()), true),
            new MicroCommand.Listener(address, installation.port("https", node.place()), false),
            new MicroCommand.Key(
                secrets.keyStore(), "wardline", secrets.read(secrets.password("https"))),
            secrets.serverFolder(),
            properties,
            place)
        .words(installation);
  }

  private String properties(PostgresPart postgres, boolean demo) {
    var settings = new TreeMap<String, String>();
    settings.put("wardline.db.url", postgres.url("wardline"));
    settings.put("wardline.db.user", "wardline_app");
    settings.put(
        "wardline.db.owner.password.file", secrets.password("db-wardline_owner").toString());
    settings.put("wardline.keyring.file", secrets.keyRing().toString());
    settings.put("wardline.mllp.address", installation.address());
    settings.put("wardline.mllp.port", String.valueOf(installation.port("mllp", node.place())));
    settings.put("wardline.mllps.port", String.valueOf(installation.port("mllps", node.place())));
    settings.put("wardline.mllps.keystore.file", secrets.keyStore().toString());
    settings.put("wardline.mllps.keystore.password.file", secrets.password("https").toString());
    settings.put("wardline.mllps.clients.file", secrets.certificate("engine").toString());
    settings.put("wardline.oidc.issuer", installation.issuer());
    settings.put("wardline.oidc.client-key.file", secrets.clientKey("wardline-web").toString());
    settings.put(
        "wardline.oidc.directory-key.file", secrets.clientKey("wardline-directory").toString());
    settings.put("wardline.web.origins", String.join(",", installation.origins()));
    if (demo) {
      settings.put("wardline.organization.name", "Demo hospital");
      settings.put(
          "wardline.directory.file", installation.config("demo/directory.json").toString());
      settings.put("wardline.destinations.file", filled("destinations.json").toString());
      settings.put("wardline.ehr.file", filled("ehr.json").toString());
      settings.put("wardline.subscription.endpoints", "http://127.0.0.1");
      settings.put("wardline.handover.after", "PT5S"); // who tries it out does not wait
      settings.put("wardline.units.file", installation.config("demo/units.json").toString());
      settings.put("wardline.routing.file", installation.config("demo/routing.json").toString());
    }
    settings.putAll(ownSettings());
    var text = new StringBuilder();
    settings.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
    return text.toString();
  }

  /** Settings of the application that the operator keeps in a file of his own. */
  private Map<String, String> ownSettings() {
    String file = installation.text("server.settings.file");
    var own = new TreeMap<String, String>();
    if (!file.isEmpty()) {
      var read = new Properties();
      try (Reader reader = Files.newBufferedReader(Path.of(file))) {
        read.load(reader);
      } catch (IOException e) {
        throw new LauncherException("server.settings.file: " + file + " cannot be read.");
      }
      read.stringPropertyNames().forEach(key -> own.put(key, read.getProperty(key)));
    }
    return own;
  }

  /** A file of the demo, with the ports of this start in it. */
  private Path filled(String name) {
    try {
      String template = Files.readString(installation.config("demo/" + name));
      return installation.write(
          "run/" + name,
          template
              .replace("@HOSPITAL_HTTP@", installation.text("hospital.http.port"))
              .replace("@HOSPITAL_MLLP@", installation.text("hospital.mllp.port")));
    } catch (IOException e) {
      throw new LauncherException("config/demo/" + name + " cannot be read.");
    }
  }
}
