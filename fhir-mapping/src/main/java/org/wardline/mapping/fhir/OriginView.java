package org.wardline.mapping.fhir;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where a record of a patient's chart comes from: the HL7 v2 message that told it last.
 *
 * @param record key of what it made
 * @param type FHIR type of that
 * @param patient whose it is; null when it is nobody's
 * @param version of that, which this message made
 * @param changedAt when it did
 * @param source that sent the message
 * @param controlId of the message (MSH-10)
 * @param messageType such as {@code ORU^R01}
 * @param receivedAt when it came
 */
public record OriginView(
    UUID record,
    String type,
    @Nullable UUID patient,
    int version,
    Instant changedAt,
    String source,
    String controlId,
    String messageType,
    Instant receivedAt) {}
