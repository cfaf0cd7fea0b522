package org.wardline.mapping.hl7;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentRelationshipType;
import org.hl7.fhir.r4.model.DocumentReference.ReferredDocumentStatus;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Reference;
import org.wardline.mapping.hl7.ChartRecords.About;
import org.wardline.mapping.hl7.Segments.Fields;

/**
 * MDM^T01 to T11: TXA with its OBX is a document (v2-to-FHIR guide, message MDM_T02, maps
 * TXA[DocumentReference], OBX[DocumentReference]). A replacement withdraws the document before it,
 * a cancellation the document itself; a document is never deleted.
 */
final class DocumentMapper {
  private static final String TYPE = "http://terminology.hl7.org/CodeSystem/v2-0270";
  private static final Set<String> ADDENDUM = Set.of("T05", "T06");
  private static final Set<String> REPLACEMENT = Set.of("T09", "T10");
  private static final String CANCELLATION = "T11";

  private final Sender sender;
  private final ObservationMapper observations;
  private final ChartRecords chart;
  private final Map<UUID, String> withdrawn = new HashMap<>();

  DocumentMapper(Sender sender, ObservationMapper observations, ChartRecords chart) {
    this.sender = sender;
    this.observations = observations;
    this.chart = chart;
  }

  /** Maps; what became of documents that came before. */
  Map<UUID, String> map(String event, Segments message) {
    Fields txa = message.first("TXA");
    Identifier own = number(txa, 12);
    UUID id = chart.id("DocumentReference", own, "");
    List<Attachment> content = content(message);
    if (event.equals(CANCELLATION)) {
      withdrawn.put(id, DocumentReferenceStatus.ENTEREDINERROR.toCode());
      if (content.isEmpty()) {
        return withdrawn; // it only says that it is void
      }
    }
    var document = new DocumentReference();
    document.setStatus(status(event, txa));
    CodeTables.find(CodeTables.COMPOSITION_STATUS, txa.get(17))
        .ifPresent(code -> document.setDocStatus(ReferredDocumentStatus.fromCode(code)));
    if (own.hasValue()) {
      document.setMasterIdentifier(own);
    }
    if (!txa.get(16).isEmpty()) {
      document.addIdentifier().setValue(txa.get(16));
    }
    CodeableConcept type = sender.cwe(txa.value(2));
    type.getCoding().stream().filter(c -> !c.hasSystem()).forEach(c -> c.setSystem(TYPE));
    if (!type.isEmpty()) {
      document.setType(type);
    }
    sender
        .instant(Sender.firstOf(txa.get(6), txa.get(7), txa.get(4)))
        .map(java.util.Date::from)
        .ifPresent(document::setDate);
    txa.values(9).forEach(v -> sender.xcn(v).ifPresent(document::addAuthor));
    sender.xcn(txa.value(10)).ifPresent(document::setAuthenticator);
    if (!txa.get(25).isEmpty()) {
      document.setDescription(txa.get(25));
    }
    relate(event, txa, id, document);
    content.forEach(file -> document.addContent().setAttachment(file));
    if (content.isEmpty()) {
      document.addContent().setAttachment(new Attachment().setTitle("The sender gave no content"));
    }
    var numbers = new ArrayList<>(document.getIdentifier());
    numbers.add(own);
    chart.add(
        id,
        document,
        new About(
            numbers,
            type,
            document.getStatus().toCode(),
            sender.instant(Sender.firstOf(txa.get(6), txa.get(7), txa.get(4))).orElse(null),
            null));
    return withdrawn;
  }

  private DocumentReferenceStatus status(String event, Fields txa) {
    if (event.equals(CANCELLATION)) {
      return DocumentReferenceStatus.ENTEREDINERROR;
    }
    return DocumentReferenceStatus.fromCode(
        CodeTables.find(CodeTables.DOCUMENT_STATUS, txa.get(19)).orElse("current"));
  }

  /** TXA-13: the document before this one. */
  private void relate(String event, Fields txa, UUID id, DocumentReference document) {
    Identifier parent = number(txa, 13);
    if (!parent.hasValue()) {
      return;
    }
    UUID before = chart.id("DocumentReference", parent, "");
    if (before.equals(id)) {
      return; // it kept its number: it is the next version of itself
    }
    boolean replaces = REPLACEMENT.contains(event);
    if (replaces) {
      withdrawn.put(before, DocumentReferenceStatus.SUPERSEDED.toCode());
    }
    if (replaces || ADDENDUM.contains(event)) {
      document
          .addRelatesTo()
          .setCode(replaces ? DocumentRelationshipType.REPLACES : DocumentRelationshipType.APPENDS)
          .setTarget(new Reference("DocumentReference/" + before).setIdentifier(parent));
    }
  }

  private Identifier number(Fields txa, int field) {
    Value value = txa.value(field);
    if (value.text().isEmpty() && !value.c(3).isEmpty()) { // only a universal id
      return new Identifier().setSystem("urn:ietf:rfc:3986").setValue(universal(value.c(3)));
    }
    return value.text().isEmpty() ? new Identifier() : sender.ei(value, null);
  }

  private static String universal(String id) {
    return id.matches("[0-2](\\.(0|[1-9]\\d*))+") ? "urn:oid:" + id : id;
  }

  /** Text of all OBX in one attachment, files each in its own. */
  private List<Attachment> content(Segments message) {
    var text = new StringBuilder();
    List<Attachment> files = new ArrayList<>();
    for (Fields obx : message.all("OBX")) {
      if (obx.get(2).equals("ED") || obx.get(2).equals("RP")) {
        obx.values(5).forEach(v -> observations.attachment(obx.get(2), v).ifPresent(files::add));
      } else {
        String line = ObservationMapper.documentText(obx);
        if (!line.isEmpty()) {
          text.append(text.isEmpty() ? "" : "\n").append(line);
        }
      }
    }
    if (!text.isEmpty()) {
      files.add(
          0,
          new Attachment()
              .setContentType("text/plain; charset=utf-8")
              .setData(text.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }
    return files;
  }
}
