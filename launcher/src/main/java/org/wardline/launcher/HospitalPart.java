package org.wardline.launcher;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The demo hospital, a process of its own. */
final class HospitalPart {
  private final Installation installation;
  private @Nullable Child child;

  HospitalPart(Installation installation) {
    this.installation = installation;
  }

  void start() {
    Path target = installation.built("demo-hospital/target");
    String classes = target.resolve("classes") + ":" + target.resolve("lib") + "/*";
    Child started =
        Child.start(
            installation,
            "hospital",
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classes,
                "org.wardline.hospital.DemoHospital",
                installation.folder("hospital").toString(),
                installation.address(),
                installation.text("hospital.http.port"),
                installation.text("hospital.mllp.port"),
                installation.httpOrigin(),
                installation.config("demo/patients.hl7").toString()),
            Map.of());
    child = started;
    started.awaitReady(
        health(installation), Duration.ofSeconds(installation.number("ready.seconds")));
  }

  static String health(Installation installation) {
    return "http://"
        + installation.address()
        + ":"
        + installation.text("hospital.http.port")
        + "/health";
  }

  @Nullable Child child() {
    return child;
  }
}
