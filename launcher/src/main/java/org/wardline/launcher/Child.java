package org.wardline.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A process of ours: started with a log of its own, known by its number even after a crash of the
 * launcher, and stopped by it.
 */
final class Child {
  private static final int LAST_LINES = 15;
  private static final Duration GRACE = Duration.ofSeconds(20);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  private final String name;
  private final Process process;
  private final Path log;
  private final Path pidFile;

  private Child(String name, Process process, Path log, Path pidFile) {
    this.name = name;
    this.process = process;
    this.log = log;
    this.pidFile = pidFile;
  }

  static Child start(
      Installation installation,
      String name,
      List<String> command,
      Map<String, String> environment) {
    Path log = installation.log(name);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(installation.folder("run").toFile());
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.to(log.toFile()));
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    try {
      Process process = builder.start();
      Path pidFile = Leftovers.remember(installation, name, process.toHandle());
      return new Child(name, process, log, pidFile);
    } catch (IOException e) {
      throw new LauncherException(name + " cannot be started: " + e.getMessage());
    }
  }

  /** Waits until the address answers 200. */
  void awaitReady(String address, Duration limit) {
    awaitReady(address, limit, log -> false);
  }

  /**
   * Waits until the address answers 200.
   *
   * @param hopeless whether what stands in its log means that it never will
   */
  void awaitReady(String address, Duration limit, Predicate<String> hopeless) {
    Instant until = Instant.now().plus(limit);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address)).timeout(Duration.ofSeconds(5)).build();
    while (Instant.now().isBefore(until)) {
      if (answers(request)) {
        return;
      }
      if (hopeless.test(logged())) {
        throw new LauncherException(name + " does not come up.\n" + lastLines());
      }
      try {
        if (process.waitFor(200, TimeUnit.MILLISECONDS)) {
          throw new EndedEarlyException(
              name + " ended by itself (exit " + process.exitValue() + ").\n" + lastLines());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new LauncherException(name + ": the start was interrupted.");
      }
    }
    throw new LauncherException(
        name + " was not ready after " + limit.toSeconds() + " s.\n" + lastLines());
  }

  private String logged() {
    try {
      return Files.readString(log, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // no log yet
    }
  }

  static boolean answers(HttpRequest request) {
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  boolean alive() {
    return process.isAlive();
  }

  String name() {
    return name;
  }

  long pid() {
    return process.pid();
  }

  /** Asks it to end; makes it end when it does not within its time. */
  void stop() {
    process.destroy();
    try {
      if (!process.waitFor(GRACE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
      }
      Files.deleteIfExists(pidFile);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String lastLines() {
    try {
      List<String> lines = Files.readString(log, StandardCharsets.UTF_8).lines().toList();
      List<String> last = lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size());
      return "The last lines of " + log + ":\n  " + String.join("\n  ", last);
    } catch (IOException e) {
      return "Its log " + log + " cannot be read.";
    }
  }
}
