package org.wardline.launcher;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/**
 * {@code wardline serve}: the application alone, beside a hospital's own PostgreSQL and Keycloak.
 */
@Command(
    name = "serve",
    description = {
      "Runs the application alone, beside the hospital's own PostgreSQL and Keycloak, until it is ended.",
      "Unsafe settings are refused; see docs/operate.md."
    })
@SuppressWarnings("NullAway.Init")
final class ServeCommand implements Callable<Integer> {
  private static final int GRACE_SECONDS = 60;

  /** Compiled code is kept: what is thrown away at the start runs slowly for minutes. */
  private static final String JVM =
      "-Xms512m -Xmx2g -XX:-UseCodeCacheFlushing -XX:ReservedCodeCacheSize=256m";

  /** The container's word that it has deployed what it was given, or could not. */
  private static final Pattern READY = Pattern.compile("Payara Micro .* ready in");

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Zero once all is passed on that the server said. */
  private final CountDownLatch said = new CountDownLatch(1);

  @ParentCommand private Wardline wardline;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "SETTINGS", description = "File; see config/serve.properties")
  private Path file;

  @Option(names = "--check", description = "Only say whether the settings are safe and whole")
  private boolean check;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    var settings = new ProductionSettings(file);
    List<String> problems = settings.problems();
    if (!problems.isEmpty()) {
      throw new LauncherException("Not started:\n  " + String.join("\n  ", problems));
    }
    if (check) {
      out.println("The settings are whole.");
      return 0;
    }
    return run(settings);
  }

  private int run(ProductionSettings settings) {
    Installation installation = wardline.installation();
    Path run = installation.folder("serve");
    var place =
        new MicroCommand.Place(
            run.resolve("payara"),
            run.resolve("payara-runtime"),
            run.resolve("server.arguments"),
            run.resolve("preboot.asadmin"));
    var command =
        new MicroCommand(
            settings.text("server.jvm", JVM),
            new MicroCommand.Listener("127.0.0.1", settings.port("server.http.port", 8080), false),
            new MicroCommand.Listener(
                settings.text("server.https.address", "127.0.0.1"),
                settings.port("server.https.port", 8443),
                false),
            new MicroCommand.Key(
                settings.file("server.https.keystore.file").toAbsolutePath(),
                settings.text("server.https.keystore.alias", "wardline"),
                settings.secret("server.https.keystore.password.file")),
            settings.file("server.secrets.folder").toAbsolutePath(),
            installation.write("serve/wardline.properties", settings.application()),
            place);
    try {
      Process server =
          new ProcessBuilder(command.words(installation))
              .directory(run.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.PIPE)
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(server.toHandle())));
      return watched(server, settings.port("server.http.port", 8080));
    } catch (IOException e) {
      throw new LauncherException("The server cannot be started: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  /**
   * Passes on what the server says. The container stays up when the application could not start: a
   * server on which nothing runs, that no service manager would ever start again, so it is ended.
   */
  private int watched(Process server, int port) throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    boolean empty = false;
    try (BufferedReader words =
        new BufferedReader(
            new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = words.readLine(); line != null; line = words.readLine()) {
        out.println(line);
        out.flush();
        if (READY.matcher(line).find() && !deployed(port)) {
          empty = true;
          server.toHandle().destroy(); // the process itself would close what it still says
        }
      }
    } finally {
      said.countDown();
    }
    int ended = server.waitFor();
    if (empty) {
      throw new LauncherException("Not started: the reason stands above.");
    }
    return ended;
  }

  private static boolean deployed(int port) throws InterruptedException {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health/ready"))
                  .timeout(PATIENCE)
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body()
          .contains("\"wardline\""); // our own check, whatever it says
    } catch (IOException e) {
      return true; // not known: whoever watches its health sees it
    }
  }

  /** What is under way is ended first, and what is said of it passed on. */
  private void end(ProcessHandle server) {
    server.destroy();
    try {
      server.onExit().get(GRACE_SECONDS, TimeUnit.SECONDS);
      said.await(GRACE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      server.destroyForcibly();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
