package org.wardline.launcher;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wardline prepare}: makes the keys of a hospital, and what it gives to its Keycloak. */
@Command(
    name = "prepare",
    description = {
      "Makes what a hospital needs to run Wardline beside its own PostgreSQL and Keycloak, in the folder of the data:",
      "keys, a realm to import into Keycloak, and the settings for 'wardline serve'. What is there already is kept."
    })
@SuppressWarnings("NullAway.Init")
final class PrepareCommand implements Runnable {
  @ParentCommand private Wardline wardline;
  @Spec private CommandSpec spec;

  @Option(
      names = "--origin",
      required = true,
      description = "Address of the browser app, such as https://wardline.hospital.example")
  private String origin;

  @Option(
      names = "--issuer",
      required = true,
      description = "Address of the realm, such as https://id.hospital.example/realms/wardline")
  private String issuer;

  @Override
  public void run() {
    if (!origin.matches("https://[a-z0-9.-]+(:[0-9]+)?")) {
      throw new LauncherException("The origin is https://, a host, and a port if need be.");
    }
    Installation installation = wardline.installation();
    var secrets = new SecretFiles(installation);
    PrintWriter out = spec.commandLine().getOut();
    Path realm = installation.data().resolve("wardline-realm.json");
    Path settings = installation.data().resolve("serve.properties");
    write(realm, new RealmFile(installation, secrets, List.of(origin)).content(false));
    secrets.keyRing();
    secrets.serverFolder();
    secrets.password("db-wardline_owner");
    if (!Files.exists(settings)) {
      write(settings, settings(installation));
    }
    out.println(
        "keys        "
            + installation.folder("secrets")
            + "   (keep a copy of keyring.json in a safe)");
    out.println("realm       " + realm + "   (import it into Keycloak)");
    out.println("settings    " + settings + "   (go through them)");
    out.println();
    out.println("PostgreSQL needs the roles wardline_owner and wardline_app with the passwords in");
    out.println(secrets.password("db-wardline_owner"));
    out.println(secrets.serverFolder().resolve("wardline.db.password"));
    out.println("and a database wardline that belongs to wardline_owner. See docs/operate.md.");
  }

  private String settings(Installation installation) {
    try {
      return Files.readString(installation.config("serve.properties"))
          .replace("@SECRETS@", installation.folder("secrets").toAbsolutePath().toString())
          .replace("@ORGANIZATION@", UUID.randomUUID().toString())
          .replace("@ISSUER@", issuer)
          .replace("@ORIGIN@", origin);
    } catch (IOException e) {
      throw new LauncherException("config/serve.properties cannot be read.");
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new LauncherException("The file " + file + " cannot be written.");
    }
  }
}
