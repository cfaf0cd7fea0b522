package org.wardline.bench;

/** What is sent: 1.4 kB each, made up. */
final class Samples {
  private static final String FILL = "NTE|1||" + "Lorem ipsum dolor sit amet ".repeat(40) + "\r";

  private Samples() {}

  /** An admission of one of 20,000 patients. */
  static String admission(String application, String acknowledgment, String id) {
    int patient = Math.floorMod(id.hashCode(), 20_000);
    return "MSH|^~\\&|"
        + application
        + "|BENCH|WARDLINE|BENCH|20261101120000||ADT^A08^ADT_A01|"
        + id
        + "|P|2.5.1|||"
        + acknowledgment
        + "\rEVN||20261101120000\rPID|1||B"
        + patient
        + "^^^BENCH^MR||Bench^Person"
        + patient
        + "||19700101|F\rPV1|1|I|W1^1^1||||||||||||||||V"
        + patient
        + "\r"
        + FILL;
  }

  /** A message whose text holds its identifier, so that it can be found wherever it arrives. */
  static String marked(String id) {
    return communication(id).replaceFirst("Please weigh", "<" + id + "> Please weigh");
  }

  /** A message of a machine to a person. */
  static String communication(String id) {
    return "{\"resourceType\":\"Communication\",\"status\":\"in-progress\",\"identifier\":[{\"system\":\"urn:wardline:bench\",\"value\":\""
        + id
        + "\"}],\"recipient\":[{\"identifier\":{\"system\":\"https://wardline.org/fhir/NamingSystem/username\",\"value\":\"nurse.cole\"}}],\"payload\":[{\"contentString\":\""
        + "Please weigh daily and call me when it rises. ".repeat(22)
        + "\"}]}";
  }
}
