package org.wardline.web.document;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.Semaphore;
import org.wardline.mapping.fhir.TranscriptMapper;
import org.wardline.mapping.fhir.TranscriptView;
import org.wardline.mapping.fhir.TranscriptWords;
import org.wardline.setting.Settings;

/** The forms that a transcript takes here: with the hospital's name and in its time zone. */
@Singleton
public class TranscriptForms {
  private static final int AT_ONCE = 2;

  private final TranscriptMapper mapper;
  private final TranscriptPdf pdf;
  private final Semaphore laidOut = new Semaphore(AT_ONCE, true);

  @Inject
  public TranscriptForms(Settings settings) {
    var words = new TranscriptWords(settings.zone());
    mapper =
        new TranscriptMapper(
            words, settings.organization().toString(), settings.text("wardline.organization.name"));
    pdf = new TranscriptPdf(words);
  }

  /** For programs. */
  public TranscriptMapper fhir() {
    return mapper;
  }

  /** For people: PDF. A few at a time are laid out, since each takes memory. */
  public byte[] pdf(TranscriptView transcript) {
    laidOut.acquireUninterruptibly();
    try {
      return pdf.of(transcript);
    } finally {
      laidOut.release();
    }
  }
}
