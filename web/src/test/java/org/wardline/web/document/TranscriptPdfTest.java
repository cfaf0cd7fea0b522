package org.wardline.web.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.wardline.mapping.fhir.CommunicationView;
import org.wardline.mapping.fhir.ThreadView;
import org.wardline.mapping.fhir.TranscriptView;
import org.wardline.mapping.fhir.TranscriptView.Line;
import org.wardline.mapping.fhir.TranscriptView.Receipt;
import org.wardline.mapping.fhir.TranscriptWords;
import org.wardline.message.Author;
import org.wardline.message.Category;
import org.wardline.message.MessageContent;
import org.wardline.message.MessageHeader;
import org.wardline.message.PartyRef;
import org.wardline.message.PatientSnapshot;
import org.wardline.message.Priority;
import org.wardline.message.ReceiptState;
import org.wardline.message.Retraction;

class TranscriptPdfTest {
  private static final UUID ANY = UUID.fromString("01900000-0000-7000-8000-0000000000aa");
  private static final Instant AT = Instant.parse("2026-11-27T09:30:00Z");
  private static final Author ADAMS =
      new Author(
          new PartyRef(PartyRef.Kind.PRACTITIONER, ANY),
          "dr.adams",
          "Adams, Anna",
          "physician",
          "Cardiology",
          ANY,
          "mfa",
          null);
  private static final PatientSnapshot LAYLA =
      new PatientSnapshot(ANY, "urn:oid:1.2.3", "MRN10004", "الهاشمي, ليلى", "1979-01-02");

  @Test
  void everything_that_was_written_stands_in_it_whatever_was_written() throws IOException {
    String pdf =
        text(
            transcript(
                LAYLA,
                line(1, "K+ 6.1 <b>& rising</b>\r\nsecond row   with gaps", null),
                line(2, "Ångström Ελληνικά Кириллица ½ µg → 3×", null),
                line(3, "smile \uD83D\uDE00 漢 \u0007", null)));
    assertThat(pdf)
        .contains("K+ 6.1 <b>& rising</b>")
        .contains("second row")
        .contains("Ångström Ελληνικά Кириллица ½ µg → 3×")
        .contains("smile \uD83D\uDE00 [U+6F22] [U+0007]")
        .contains("born 1979-01-02 · record MRN10004")
        .contains("2026-11-27 10:30:00 CET · Adams, Anna (physician, Cardiology) · urgent")
        .contains("Bianchi, Bruno as Cardiology on call: read 2026-11-27 10:30:00 CET")
        .contains("commitment (SHA-256) qrvM3Q==")
        .contains("Page 1 of 1");
  }

  @Test
  void arabic_is_written_in_its_joined_letters_from_right_to_left() throws IOException {
    String pdf = text(transcript(LAYLA, line(1, "رجاء مراجعة النتائج", null)));
    assertThat(java.text.Normalizer.normalize(pdf, java.text.Normalizer.Form.NFKC))
        .contains("الهاشمي")
        .contains("النتائج");
  }

  @Test
  void what_was_taken_back_and_what_is_broken_say_so() throws IOException {
    var retraction =
        new Retraction(Retraction.Reason.fromCode("wrong-patient"), "Adams, Anna", AT, 1, false);
    Line taken = line(1, null, retraction);
    Line broken = line(2, null, null);
    assertThat(text(transcript(LAYLA, taken, broken)))
        .contains("Taken back by Adams, Anna.")
        .contains("Changed where it is kept: not shown.");
  }

  @Test
  void a_message_that_was_about_somebody_else_then_says_so() throws IOException {
    var other =
        new PatientSnapshot(UUID.randomUUID(), "urn:oid:1.2.3", "MRN1", "Other, Olga", null);
    assertThat(text(transcript(other, line(1, "x", null))))
        .contains("Written about:")
        .contains("Other, Olga · birth date unknown · record MRN1");
  }

  @Test
  void each_page_names_its_patient_and_the_document_is_archival() throws IOException {
    var lines = new ArrayList<Line>();
    for (int i = 1; i <= 60; i++) {
      lines.add(line(i, "Row " + i + " " + "word ".repeat(60), null));
    }
    byte[] bytes = pdf(transcript(LAYLA, lines.toArray(Line[]::new)));
    try (PDDocument document = Loader.loadPDF(bytes)) {
      assertThat(document.getNumberOfPages()).isGreaterThan(5);
      var stripper = new PDFTextStripper();
      for (int page = 1; page <= document.getNumberOfPages(); page++) {
        stripper.setStartPage(page);
        stripper.setEndPage(page);
        assertThat(stripper.getText(document)).contains("MRN10004");
      }
      assertThat(
              new String(
                  document.getDocumentCatalog().getMetadata().toByteArray(),
                  StandardCharsets.UTF_8))
          .contains("pdfaid:part")
          .contains("pdfuaid");
      assertThat(document.getDocumentCatalog().getMarkInfo().isMarked()).isTrue();
    }
  }

  private static TranscriptView transcript(PatientSnapshot patient, Line... lines) {
    var thread = new ThreadView(ANY, patient, "Potassium", AT, AT, false, List.of());
    return new TranscriptView(ANY, thread, List.of(lines), AT, "Adams, Anna");
  }

  private static Line line(int ordinal, @Nullable String text, @Nullable Retraction retraction) {
    var header =
        new MessageHeader(
            ANY, ANY, UUID.randomUUID(), ordinal, ADAMS, LAYLA, Priority.URGENT, AT, null);
    var message =
        new CommunicationView(
            header,
            text == null ? null : new MessageContent(text),
            text == null && retraction == null,
            "Potassium",
            Category.NOTIFICATION,
            "completed",
            null,
            List.of(),
            List.of(),
            retraction,
            1,
            AT,
            false,
            "qrvM3Q==");
    return new Line(
        message,
        List.of(new Receipt("Bianchi, Bruno", "Cardiology on call", ReceiptState.READ, AT)));
  }

  private static byte[] pdf(TranscriptView transcript) {
    return new TranscriptPdf(new TranscriptWords(ZoneId.of("Europe/Zurich"))).of(transcript);
  }

  private static String text(TranscriptView transcript) throws IOException {
    try (PDDocument document = Loader.loadPDF(pdf(transcript))) {
      return new PDFTextStripper().getText(document);
    }
  }
}
