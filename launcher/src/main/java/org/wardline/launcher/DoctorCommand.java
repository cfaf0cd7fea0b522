package org.wardline.launcher;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wardline doctor}: what is wrong here, and what to do. */
@Command(
    name = "doctor",
    description =
        "Looks for what is wrong with this machine or configuration, and says what to do.")
@SuppressWarnings("NullAway.Init")
final class DoctorCommand implements Callable<Integer> {
  private static final long LEAST_DISK = 3L << 30;
  @ParentCommand private Wardline wardline;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Installation installation = wardline.installation();
    List<String> faults = new ArrayList<>();
    java(faults);
    archives(installation, faults);
    disk(installation, faults);
    if (Leftovers.running(installation, "launcher").isEmpty()) {
      ports(installation, faults);
    }
    PrintWriter out = spec.commandLine().getOut();
    faults.forEach(out::println);
    out.println(faults.isEmpty() ? "Nothing is wrong." : faults.size() + " to mend.");
    out.flush();
    return faults.isEmpty() ? 0 : 1;
  }

  private static void java(List<String> faults) {
    int version = Runtime.version().feature();
    if (version < 17) {
      faults.add("Java " + version + " is too old: install Java 17 or newer.");
    }
    if (!System.getProperty("os.name").equals("Linux")
        || !System.getProperty("os.arch").equals("amd64")) {
      faults.add("The embedded PostgreSQL is packed for Linux on amd64 only.");
    }
  }

  private static void archives(Installation installation, List<String> faults) {
    Stream.of(
            "launcher/target/servers/payara-micro.jar",
            "launcher/target/servers/keycloak.zip",
            "web/target/wardline.war")
        .filter(name -> !Files.exists(installation.built(name)))
        .forEach(name -> faults.add(name + " is missing: run 'mvn -q -DskipTests package'."));
  }

  private static void disk(Installation installation, List<String> faults) {
    Path data = installation.data();
    try {
      Files.createDirectories(data);
      if (!Files.isWritable(data)) {
        faults.add("The folder " + data + " cannot be written: check its rights.");
      }
      if (Files.getFileStore(data).getUsableSpace() < LEAST_DISK) {
        faults.add("Less than 3 GB are free below " + data + ".");
      }
    } catch (IOException e) {
      faults.add("The folder " + data + " cannot be used: " + e.getMessage());
    }
  }

  private static void ports(Installation installation, List<String> faults) {
    Installation.PORTS.stream()
        .filter(key -> RunningSystem.taken(installation, installation.number(key)))
        .forEach(
            key ->
                faults.add(
                    "Another program uses port "
                        + installation.number(key)
                        + ": end it, or start with --set "
                        + key
                        + "=…."));
  }
}
