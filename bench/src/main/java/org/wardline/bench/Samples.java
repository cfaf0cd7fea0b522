package org.wardline.bench;

import java.util.Random;

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

  /** A critical result of one of these patients, which somebody is told of at once. */
  static String criticalResult(String id) {
    int patient = Math.floorMod(id.hashCode(), 20_000);
    return "MSH|^~\\&|BENCH|BENCH|WARDLINE|BENCH|20261101120000||ORU^R01^ORU_R01|"
        + id
        + "|P|2.5.1\rPID|1||B"
        + patient
        + "^^^BENCH^MR||Bench^Person"
        + patient
        + "||19700101|F\rPV1|1|I|W1^1^1\rOBR|1|P"
        + id
        + "|F"
        + id
        + "|K^Potassium^L|||20261101113000\rOBX|1|NM|K^Potassium "
        + MllpSink.mark(id)
        + "^L||7.1|mmol/L|3.5-5.1|HH|||F|||20261101113000\r"
        + FILL;
  }

  /** A message that is filed in the sink. */
  static String reminder(String id) {
    return communication(id)
        .replaceFirst(
            "\\{",
            "{\"category\":[{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/communication-category\",\"code\":\"reminder\"}]}],")
        .replaceFirst("Please weigh", MllpSink.mark(id) + " Please weigh");
  }

  /** A photograph of a wound: bytes that no compressor makes smaller. */
  static byte[] photograph(String id, int bytes) {
    byte[] picture = new byte[bytes];
    new Random(id.hashCode()).nextBytes(picture);
    return picture;
  }

  /** The document of a patient that is a photograph. */
  static String document(String id, String patient, String photograph) {
    return """
        {"resourceType":"DocumentReference","status":"current","identifier":[{"system":"urn:wardline:bench","value":"%s"}],
         "type":{"text":"Photograph"},"subject":{"reference":"%s"},
         "content":[{"attachment":{"contentType":"image/jpeg","url":"%s"}}]}"""
        .formatted(id, patient, photograph);
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
