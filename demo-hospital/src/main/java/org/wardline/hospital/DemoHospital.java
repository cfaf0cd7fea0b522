package org.wardline.hospital;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.server.RestfulServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * Starts the demo hospital: {@code DemoHospital <folder> <address> <http-port> <mllp-port>
 * [<app-address> <patients>]}; the last two for a record system that opens the app for the patients
 * of a file of ADT messages. Runs until it is stopped.
 */
public final class DemoHospital {
  private DemoHospital() {}

  /** Entry point. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    String address = arguments[1];
    var fhirDoor = new Behaviour();
    var mllpDoor = new Behaviour();
    var doors = Map.of("fhir", fhirDoor, "mllp", mllpDoor);
    var fhir = new FhirReceiver(new Shelf(folder.resolve("fhir")), fhirDoor);
    var mllp =
        new MllpReceiver(
            address, Integer.parseInt(arguments[3]), new Shelf(folder.resolve("hl7")), mllpDoor);
    mllp.start();
    var server = new Server();
    var connector = new ServerConnector(server);
    connector.setHost(address);
    connector.setPort(Integer.parseInt(arguments[2]));
    server.addConnector(connector);
    var context = new ServletContextHandler("/");
    var restful = new RestfulServer(FhirContext.forR4Cached());
    restful.setResourceProviders(List.of(fhir));
    context.addServlet(new ServletHolder(restful), "/fhir/*");
    if (arguments.length > 5) {
      String base = "http://localhost:" + arguments[2] + "/ehr";
      var records = new RecordSystem(DemoPatient.of(Path.of(arguments[5])), base, arguments[4]);
      context.addServlet(new ServletHolder(records), "/ehr/*");
    }
    context.addServlet(new ServletHolder(new HospitalServlet(mllp, fhir, doors)), "/*");
    server.setHandler(context);
    server.start();
    System.out.println(
        "demo hospital ready: http " + connector.getLocalPort() + ", mllp " + mllp.port());
    server.join();
  }
}
