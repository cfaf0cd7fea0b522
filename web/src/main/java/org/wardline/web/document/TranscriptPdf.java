package org.wardline.web.document;

import com.openhtmltopdf.bidi.support.ICUBidiReorderer;
import com.openhtmltopdf.bidi.support.ICUBidiSplitter;
import com.openhtmltopdf.outputdevice.helper.BaseRendererBuilder.FontStyle;
import com.openhtmltopdf.outputdevice.helper.BaseRendererBuilder.TextDirection;
import com.openhtmltopdf.pdfboxout.PdfRendererBuilder;
import com.openhtmltopdf.util.XRLog;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.wardline.mapping.fhir.TranscriptView;
import org.wardline.mapping.fhir.TranscriptView.Line;
import org.wardline.mapping.fhir.TranscriptWords;

/**
 * A conversation as PDF/A-3 (ISO 19005-3, level A) that screen readers can read (PDF/UA): with its
 * patient on each page, and under each message its receipts and its commitment, by which it can be
 * told from any other.
 */
public final class TranscriptPdf {
  private static final String STYLE =
      """
      @page { size: A4; margin: 28mm 18mm 20mm 18mm;
        @top-left { content: element(head); width: 100% }
        @bottom-right { content: "Page " counter(page) " of " counter(pages); font-family: 'DejaVu Sans'; font-size: 8pt; color: #444 } }
      body { font-family: 'DejaVu Sans'; font-size: 10pt; line-height: 1.45; color: #111 }
      .head { position: running(head); font-size: 9pt; border-bottom: 0.5pt solid #888; padding-bottom: 2mm }
      h1 { font-size: 15pt; margin: 0 0 1mm 0 }
      h2 { font-size: 9pt; margin: 0 0 1mm 0; color: #333 }
      .quiet { color: #444; font-size: 8.5pt; margin: 0 }
      .message { border-top: 0.5pt solid #bbb; padding: 3mm 0; page-break-inside: auto }
      .message h2 { page-break-after: avoid }
      .said { margin: 0; word-wrap: break-word; white-space: pre-wrap }
      .warn { font-weight: bold; margin: 0 0 1mm 0 }
      ul { margin: 1.5mm 0 0 0; padding: 0 0 0 4mm; font-size: 8.5pt; color: #333 }
      .proof { font-size: 7pt; color: #555; margin: 1.5mm 0 0 0; word-wrap: break-word }
      """;

  static {
    XRLog.setLoggingEnabled(false); // it would log what it lays out
  }

  private final TranscriptWords words;

  public TranscriptPdf(TranscriptWords words) {
    this.words = words;
  }

  /** The document. */
  public byte[] of(TranscriptView transcript) {
    var out = new ByteArrayOutputStream();
    var builder = new PdfRendererBuilder();
    builder.useFastMode();
    builder.withW3cDocument(page(transcript), null);
    builder.useFont(Glyphs::regular, "DejaVu Sans", 400, FontStyle.NORMAL, true);
    builder.useFont(Glyphs::bold, "DejaVu Sans", 700, FontStyle.NORMAL, true);
    builder.useUnicodeBidiSplitter(new ICUBidiSplitter.ICUBidiSplitterFactory());
    builder.useUnicodeBidiReorderer(new ICUBidiReorderer());
    builder.defaultTextDirection(TextDirection.LTR);
    builder.useUriResolver((base, uri) -> null); // it holds all that it needs
    builder.usePdfUaAccessibility(true);
    builder.usePdfAConformance(PdfRendererBuilder.PdfAConformance.PDFA_3_A);
    builder.useColorProfile(ICC_Profile.getInstance(ColorSpace.CS_sRGB).getData());
    builder.withProducer("Wardline");
    builder.toStream(out);
    try {
      builder.run();
    } catch (IOException e) {
      throw new UncheckedIOException("a transcript cannot be laid out", e);
    }
    return out.toByteArray();
  }

  private Document page(TranscriptView transcript) {
    Document document = empty();
    Element html = document.createElement("html");
    html.setAttribute("lang", Locale.ENGLISH.getLanguage());
    document.appendChild(html);
    Element head = add(html, "head", "", "");
    add(head, "title", "", words.title(transcript.thread()));
    Element description = add(head, "meta", "", "");
    description.setAttribute("name", "description");
    description.setAttribute("content", "A conversation with its messages and receipts");
    Element subject = add(head, "meta", "", "");
    subject.setAttribute("name", "subject");
    subject.setAttribute("content", "A conversation with its messages and receipts");
    add(head, "style", "", STYLE);
    Element body = add(html, "body", "", "");
    String patient = words.patient(transcript.thread().patient());
    add(body, "div", "head", patient);
    add(body, "h1", "", words.title(transcript.thread()));
    add(body, "p", "quiet", patient);
    add(body, "p", "quiet", words.taken(transcript));
    add(
        body,
        "p",
        "quiet",
        transcript.thread().closed() ? "Closed." : "Open: more may be written.");
    transcript.messages().forEach(line -> message(body, transcript, line));
    return document;
  }

  private void message(Element body, TranscriptView transcript, Line line) {
    Element message = add(body, "div", "message", "");
    add(message, "h2", "", words.heading(line));
    String about = words.about(transcript, line);
    if (!about.isEmpty()) {
      add(message, "p", "warn", about);
    }
    for (String row : words.text(line).split("\\R", -1)) {
      add(message, "p", "said", row.isEmpty() ? "\u00a0" : row);
    }
    if (!line.receipts().isEmpty()) {
      Element list = add(message, "ul", "", "");
      line.receipts().forEach(receipt -> add(list, "li", "", words.receipt(receipt)));
    }
    add(
        message,
        "p",
        "proof",
        "Message %s · commitment (SHA-256) %s"
            .formatted(line.message().header().messageId(), line.message().commitment()));
  }

  private static Element add(Element parent, String name, String style, String text) {
    Document document = parent.getOwnerDocument();
    Element element = document.createElement(name);
    if (!style.isEmpty()) {
      element.setAttribute("class", style);
    }
    if (!text.isEmpty()) {
      boolean own = name.equals("style");
      element.appendChild(document.createTextNode(own ? text : Glyphs.shown(text)));
    }
    parent.appendChild(element);
    return element;
  }

  private static Document empty() {
    try {
      return DocumentBuilderFactory.newInstance().newDocumentBuilder().newDocument();
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("no XML documents can be made", e);
    }
  }
}
