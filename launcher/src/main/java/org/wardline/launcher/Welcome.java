package org.wardline.launcher;

import java.util.ArrayList;
import java.util.List;

/** What a new user needs to know when everything is ready. */
final class Welcome {
  private final Installation installation;
  private final boolean demo;

  Welcome(Installation installation, boolean demo) {
    this.installation = installation;
    this.demo = demo;
  }

  List<String> lines() {
    var lines = new ArrayList<String>();
    lines.add(
        "  browser app      "
            + installation.httpOrigin()
            + "/   or "
            + installation.httpsOrigin()
            + "/");
    lines.add("  FHIR R4          " + installation.httpOrigin() + "/fhir");
    lines.add(
        "  HL7 v2 in        MLLP "
            + installation.address()
            + ":"
            + installation.port("mllp")
            + "   over TLS with client certificate :"
            + installation.port("mllps"));
    lines.add("  Keycloak         http://localhost:" + installation.port("keycloak") + "/");
    if (demo) {
      lines.add(
          "  demo hospital    http://localhost:"
              + installation.text("hospital.http.port")
              + "/   (what arrived there, and a record system that opens Wardline)");
      lines.add("");
      lines.add(
          "  Sign in as one of these (demo only) with the password shown and a code from './wardline code USER':");
      for (Identities.DemoPerson person : new Identities(installation).people()) {
        String role = String.join(", ", person.roles());
        String about = person.department().isEmpty() ? role : role + ", " + person.department();
        lines.add(String.format("    %-13s %-24s %s", person.username(), person.password(), about));
      }
    }
    lines.add("");
    lines.add("Ctrl-C, or './wardline stop', stops everything.");
    return lines;
  }
}
