package org.wardline.launcher;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wardline start}: everything on this machine, until Ctrl-C. */
@Command(
    name = "start",
    description =
        "Starts the whole system on this machine and says when it is ready. Ctrl-C stops all of it.")
@SuppressWarnings("NullAway.Init")
final class StartCommand implements Runnable {
  @ParentCommand private Wardline wardline;
  @Spec private CommandSpec spec;

  @Option(names = "--detach", description = "Come back when it is ready; 'wardline stop' stops it")
  private boolean detach;

  @Option(
      names = "--fresh",
      description =
          "Begin with empty data: all messages, keys and people of this folder are deleted")
  private boolean fresh;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      description =
          "So many nodes of the application, 1 to 5, behind HAProxy where it is installed")
  private int nodes = 1;

  @Option(names = "--no-demo", description = "No demo people, no demo hospital")
  private boolean noDemo;

  @Override
  public void run() {
    Installation installation = wardline.installation();
    if (!Files.exists(installation.built("launcher/target/servers/keycloak.zip"))) {
      throw new LauncherException(
          "This archive runs beside your own PostgreSQL and Keycloak: see 'wardline serve' and docs/operate.md.");
    }
    if (Leftovers.running(installation, "launcher")
        .filter(p -> p.pid() != ProcessHandle.current().pid())
        .isPresent()) {
      throw new LauncherException("Wardline already runs on this data. 'wardline stop' stops it.");
    }
    if (detach) {
      startDetached(installation);
    } else {
      startHere(installation);
    }
  }

  private void startHere(Installation installation) {
    Instant began = Instant.now();
    if (fresh) {
      Leftovers.stopAll(installation);
      Folders.delete(installation.data());
    }
    Leftovers.remember(installation, "launcher", ProcessHandle.current());
    StartedAddresses.keep(installation);
    PrintWriter out = spec.commandLine().getOut();
    var system = new RunningSystem(installation, !noDemo, nodes, line -> say(out, line));
    var stopped = new CountDownLatch(1);
    var ending = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  ending.countDown();
                  system.close();
                  stopped.countDown();
                },
                "stop"));
    say(out, "Wardline starts; its data are in " + installation.data());
    system.start();
    say(
        out,
        String.format(
            "Everything is ready after %.1f s.%n",
            Duration.between(began, Instant.now()).toMillis() / 1000.0));
    system.nodeAddresses().forEach(line -> say(out, "  " + line));
    new Welcome(installation, !noDemo).lines().forEach(line -> say(out, line));
    installation.write("run/ready", String.valueOf(ProcessHandle.current().pid()));
    watch(system, ending);
  }

  private static void watch(RunningSystem system, CountDownLatch ending) {
    try {
      while (!ending.await(1, TimeUnit.SECONDS)) {
        String ended = system.ended();
        if (!ended.isEmpty() && ending.getCount() > 0) {
          throw new LauncherException(ended);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void startDetached(Installation installation) {
    Path ready = installation.folder("run").resolve("ready");
    Path log = installation.log("launcher");
    try {
      Files.deleteIfExists(ready);
      var command = new ArrayList<String>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
      command.add(
          "-Djava.util.logging.config.file=" + installation.config("launcher-logging.properties"));
      command.add("-Dwardline.root=" + installation.root());
      command.addAll(
          List.of("-cp", System.getProperty("java.class.path"), Wardline.class.getName()));
      spec.commandLine().getParseResult().originalArgs().stream()
          .filter(a -> !a.equals("--detach"))
          .forEach(command::add);
      spec.commandLine().getParent().getParseResult().originalArgs().stream()
          .filter(a -> !a.equals("--detach") && !command.contains(a))
          .forEach(command::add);
      Process process =
          new ProcessBuilder(command)
              .directory(installation.root().toFile())
              .redirectErrorStream(true)
              .redirectInput(new File("/dev/null"))
              .redirectOutput(log.toFile())
              .start();
      awaitDetached(process, ready, log);
    } catch (IOException e) {
      throw new LauncherException("The start in the background failed: " + e.getMessage());
    }
  }

  private void awaitDetached(Process process, Path ready, Path log) throws IOException {
    try {
      while (!Files.exists(ready)) {
        if (process.waitFor(300, TimeUnit.MILLISECONDS)) {
          throw new LauncherException(Files.readString(log).strip());
        }
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
    }
    say(spec.commandLine().getOut(), Files.readString(log).strip());
  }

  private static synchronized void say(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }
}
