package org.wardline.mapping.fhir;

import ca.uhn.fhir.context.FhirContext;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.Binary;
import org.wardline.message.ChartRecord;
import org.wardline.message.InvalidMessageException;

/** A photograph or a document that a client sends as FHIR {@code Binary}, as it is kept. */
public final class PostedContent {
  private static final int LONGEST_TYPE = 200;
  private static final Pattern MEDIA_TYPE =
      Pattern.compile("[\\w!#$&^.+-]+/[\\w!#$&^.+-]+(\\s*;[\\x20-\\x7e]*)?");

  private PostedContent() {}

  /**
   * What a photograph or a document is, without its bytes.
   *
   * @param posted with its media type (RFC 2046), and what it claims of itself; no type means
   *     nobody knows
   * @throws InvalidMessageException when it is no media type
   */
  public static ChartRecord record(Binary posted, UUID id) {
    String contentType = posted.getContentType();
    String type = contentType == null ? "application/octet-stream" : contentType.strip();
    if (type.length() > LONGEST_TYPE || !MEDIA_TYPE.matcher(type).matches()) {
      throw new InvalidMessageException("Binary.contentType", "this is no media type");
    }
    Binary kept = new Binary().setContentType(type);
    kept.setId(id.toString());
    kept.setMeta(posted.getMeta().copy().setVersionId(null).setLastUpdated(null));
    return new ChartRecord(
        kept.fhirType(),
        id,
        FhirContext.forR4Cached().newJsonParser().encodeResourceToString(kept),
        List.of(),
        "",
        "",
        List.of(),
        "",
        "",
        null,
        "",
        "",
        null);
  }
}
