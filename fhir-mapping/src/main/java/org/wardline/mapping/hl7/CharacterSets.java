package org.wardline.mapping.hl7;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * MSH-18: HL7 table 0211 to Java character sets. Every set here keeps ASCII as it is, so framing
 * and MSH can be read before it is known.
 */
public final class CharacterSets {
  private static final String LOCATION = "MSH^1^18";

  private CharacterSets() {}

  /**
   * The character set that MSH-18 names.
   *
   * @param name first repetition of MSH-18; empty means ASCII
   * @throws Hl7FaultException AR 103 for a set that is unknown or, like UTF-16, clashes with MLLP's
   *     framing bytes
   */
  public static Charset named(String name) throws Hl7FaultException {
    String wanted = name.trim().toUpperCase(Locale.ROOT);
    if (wanted.startsWith("8859/")) {
      return charset("ISO-8859-" + wanted.substring("8859/".length()));
    }
    return switch (wanted) {
      case "", "ASCII", "US-ASCII", "ISO IR6", "UNICODE UTF-8", "UTF-8", "UTF8", "UNICODE" ->
          StandardCharsets.UTF_8;
      case "GB 18030-2000" -> charset("GB18030");
      case "KS X 1001" -> charset("EUC-KR");
      case "BIG-5" -> charset("Big5");
      default -> {
        if (wanted.startsWith("UNICODE UTF-")
            || wanted.startsWith("UTF-16")
            || wanted.startsWith("UTF-32")) {
          throw new Hl7FaultException(
              Hl7Fault.reject(
                  LOCATION,
                  Hl7Fault.TABLE_VALUE,
                  "UTF-16 and UTF-32 clash with MLLP framing; send UNICODE UTF-8"));
        }
        yield charset(wanted);
      }
    };
  }

  /**
   * Decodes strictly: a byte that the set does not know is an error, never a replacement character.
   * ASCII is read as UTF-8, its superset, because many senders leave MSH-18 empty and send UTF-8.
   *
   * @throws Hl7FaultException AE 102 when the bytes are not in the named set
   */
  public static String decode(byte[] bytes, Charset charset) throws Hl7FaultException {
    try {
      return charset
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes))
          .toString();
    } catch (CharacterCodingException e) {
      throw new Hl7FaultException(
          Hl7Fault.error(
              LOCATION,
              Hl7Fault.DATA_TYPE,
              "The message holds bytes that its character set does not have"));
    }
  }

  private static Charset charset(String name) throws Hl7FaultException {
    try {
      return Charset.forName(name);
    } catch (IllegalArgumentException e) {
      throw new Hl7FaultException(
          Hl7Fault.reject(
              LOCATION,
              Hl7Fault.TABLE_VALUE,
              "Unknown character set; known: ASCII, 8859/1 to 8859/15, UNICODE UTF-8"));
    }
  }
}
