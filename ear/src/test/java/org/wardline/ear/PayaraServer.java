package org.wardline.ear;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A real Payara Server with a domain of its own, on 127.0.0.1 only. */
final class PayaraServer implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private final Path home;
  private final Path domains;
  private final int portBase;

  /** A server with a new domain: an earlier run may have left its own. */
  PayaraServer(Path target, int portBase) throws IOException {
    this.home = target.resolve("payara6");
    this.domains = Files.createTempDirectory(target, "domains");
    this.portBase = portBase;
  }

  int httpPort() {
    return portBase + 80;
  }

  void start(Map<String, String> settings) throws Exception {
    asadmin(
        "create-domain",
        "--nopassword",
        "--savelogin=false",
        "--domaindir",
        domains.toString(),
        "--portbase",
        String.valueOf(portBase),
        "wardline");
    Path configuration = domains.resolve("wardline/config/domain.xml");
    String xml = Files.readString(configuration);
    var options = new StringBuilder();
    settings.forEach(
        (key, value) ->
            options
                .append("<jvm-options>-D")
                .append(key)
                .append('=')
                .append(value)
                .append("</jvm-options>\n"));
    options.append(
        "<jvm-options>-XX:+UseSerialGC</jvm-options>\n<jvm-options>-XX:TieredStopAtLevel=1</jvm-options>\n");
    xml = xml.replace("0.0.0.0", "127.0.0.1");
    xml = xml.replaceAll("(<network-listener )(?![^>]*address=)", "$1address=\"127.0.0.1\" ");
    xml = xml.replaceAll("(<hazelcast-runtime-configuration)", "$1 enabled=\"false\"");
    xml = xml.replaceAll("(<hazelcast-config-specific-configuration)", "$1 enabled=\"false\"");
    xml =
        xml.replaceAll("enabled=\"false\"([^>]*) enabled=\"(true|false)\"", "enabled=\"false\"$1");
    int config = xml.indexOf("<config name=\"server-config\"");
    int java = xml.indexOf("</java-config>", config);
    xml = xml.substring(0, java) + options + xml.substring(java);
    Files.writeString(configuration, xml);
    asadmin("start-domain", "--domaindir", domains.toString(), "wardline");
  }

  void deploy(Path archive) throws Exception {
    asadmin(
        "--port",
        String.valueOf(portBase + 48),
        "deploy",
        "--name",
        "wardline",
        archive.toString());
  }

  void awaitReady() throws Exception {
    HttpClient http = HttpClient.newHttpClient();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort() + "/fhir/metadata"))
            .timeout(Duration.ofSeconds(20))
            .build();
    long until = System.nanoTime() + LIMIT.toNanos();
    Object pause = new Object();
    while (System.nanoTime() < until) {
      try {
        if (http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
          return;
        }
      } catch (IOException e) {
        synchronized (pause) {
          pause.wait(300);
        }
      }
    }
    throw new AssertionError("Payara Server is not ready:\n" + log());
  }

  String log() throws IOException {
    List<String> lines =
        Files.readString(domains.resolve("wardline/logs/server.log"), StandardCharsets.UTF_8)
            .lines()
            .toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
  }

  private void asadmin(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-jar", home.resolve("glassfish/lib/client/appserver-cli.jar").toString()));
    command.addAll(List.of(arguments));
    Path log = domains.resolveSibling("asadmin.log");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("asadmin " + arguments[0] + " took too long");
    }
    if (process.exitValue() != 0) {
      throw new AssertionError("asadmin failed:\n" + Files.readString(log));
    }
  }

  @Override
  public void close() throws IOException {
    try {
      asadmin("stop-domain", "--domaindir", domains.toString(), "--force=true", "wardline");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
