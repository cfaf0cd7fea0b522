package org.wardline.web.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.IdType;
import org.wardline.mapping.fhir.TranscriptView;
import org.wardline.reading.Transcripts;
import org.wardline.web.document.TranscriptForms;

/** Gives {@code Composition/…/$document} as PDF to who asks for that, by Accept or _format. */
@Interceptor
@Singleton
public class TranscriptDocuments {
  private static final String PDF = "application/pdf";

  private final Transcripts transcripts;
  private final TranscriptForms forms;

  @Inject
  public TranscriptDocuments(Transcripts transcripts, TranscriptForms forms) {
    this.transcripts = transcripts;
    this.forms = forms;
  }

  /** HAPI calls this before it chooses a method; false when the answer is written. */
  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLER_SELECTED)
  public boolean serve(RequestDetails details) throws IOException {
    if (!"Composition".equals(details.getResourceName())
        || !"$document".equals(details.getOperation())
        || details.getId() == null
        || details.getRequestType() != RequestTypeEnum.GET
        || !(details instanceof ServletRequestDetails request)
        || !wantsPdf(request)) {
      return true;
    }
    TranscriptView transcript =
        transcripts
            .take(Requests.actor(request), Requests.id(new IdType(request.getId().getIdPart())), "")
            .orElseThrow(() -> new ResourceNotFoundException(request.getId()));
    byte[] pdf = forms.pdf(transcript);
    HttpServletResponse response = request.getServletResponse();
    response.setStatus(HttpServletResponse.SC_OK);
    response.setContentType(PDF);
    response.setContentLength(pdf.length);
    response.getOutputStream().write(pdf);
    return false;
  }

  private static boolean wantsPdf(ServletRequestDetails request) {
    String[] formats = request.getParameters().get("_format");
    Stream<String> asked =
        formats == null ? request.getHeaders("Accept").stream() : Arrays.stream(formats);
    return asked
        .flatMap(ranges -> Arrays.stream(ranges.split(",", -1)))
        .anyMatch(range -> range.split(";", 2)[0].strip().equals(PDF));
  }
}
