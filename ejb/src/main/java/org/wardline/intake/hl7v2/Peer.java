package org.wardline.intake.hl7v2;

import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of a connection.
 *
 * @param address network address
 * @param certificate subject of the certificate by which it proved itself, as in RFC 2253 ({@code
 *     CN=engine,O=Hospital}); null without TLS
 */
public record Peer(String address, @Nullable String certificate) {
  /** One that proved nothing. */
  public static Peer at(String address) {
    return new Peer(address, null);
  }
}
