package org.wardline.message;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * All that is said about a message besides its content. Its canonical bytes are the associated data
 * of the sealed content, so that no field can be changed, and no content moved to another message,
 * unseen.
 *
 * @param organizationId the hospital that keeps it
 * @param conversationId the thread
 * @param messageId our key, also the FHIR logical id
 * @param ordinal place in the conversation, from 1, without gaps
 * @param author who answers for it
 * @param patient the patient as the author saw him; null in a conversation without patient
 * @param priority as chosen
 * @param sentAt when we accepted it, to the millisecond
 * @param inResponseTo the message that it answers, or null
 */
public record MessageHeader(
    UUID organizationId,
    UUID conversationId,
    UUID messageId,
    int ordinal,
    Author author,
    @Nullable PatientSnapshot patient,
    Priority priority,
    Instant sentAt,
    @Nullable UUID inResponseTo) {
  private static final int CANONICAL_VERSION = 1;

  public MessageHeader {
    Objects.requireNonNull(organizationId, "organizationId");
    Objects.requireNonNull(conversationId, "conversationId");
    Objects.requireNonNull(messageId, "messageId");
    Objects.requireNonNull(author, "author");
    Objects.requireNonNull(priority, "priority");
    if (ordinal < 1) {
      throw new IllegalArgumentException("ordinal: from 1");
    }
    if (!sentAt.equals(sentAt.truncatedTo(ChronoUnit.MILLIS))) {
      throw new IllegalArgumentException("sentAt: whole milliseconds");
    }
  }

  /**
   * The one encoding of this header: a version byte, then each field in the order of the
   * components, each as four bytes of length (big-endian; -1 for null) and UTF-8 text.
   */
  public byte[] canonicalBytes() {
    var bytes = new ByteArrayOutputStream(512);
    try (var out = new DataOutputStream(bytes)) {
      out.writeByte(CANONICAL_VERSION);
      field(out, organizationId);
      field(out, conversationId);
      field(out, messageId);
      field(out, ordinal);
      field(out, author.party());
      field(out, author.identifier());
      field(out, author.name());
      field(out, author.profession());
      field(out, author.department());
      field(out, author.roleId());
      field(out, author.authenticationLevel());
      field(out, author.onBehalf() == null ? null : author.onBehalf().party());
      field(out, author.onBehalf() == null ? null : author.onBehalf().name());
      field(out, patient == null ? null : patient.patientId());
      field(out, patient == null ? null : patient.identifierSystem());
      field(out, patient == null ? null : patient.identifier());
      field(out, patient == null ? null : patient.name());
      field(out, patient == null ? null : patient.birthDate());
      field(out, priority.code());
      field(out, sentAt.toEpochMilli());
      field(out, inResponseTo);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void field(DataOutputStream out, @Nullable Object value) throws IOException {
    if (value == null) {
      out.writeInt(-1);
      return;
    }
    byte[] text = value.toString().getBytes(StandardCharsets.UTF_8);
    out.writeInt(text.length);
    out.write(text);
  }
}
