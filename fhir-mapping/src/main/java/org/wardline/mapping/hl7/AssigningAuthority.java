package org.wardline.mapping.hl7;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Namespaces of HL7 v2 (HD-1) as URIs. Ours: no standard turns a local namespace into a FHIR
 * system, so it goes under one root, written as it was sent.
 */
public final class AssigningAuthority {
  public static final String ROOT = "urn:wardline:authority:";

  private AssigningAuthority() {}

  /** The URI of a local namespace, such as {@code urn:wardline:authority:ADT1}. */
  public static String uri(String namespace) {
    return ROOT + URLEncoder.encode(namespace, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
