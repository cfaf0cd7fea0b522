package org.wardline.web.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.IdType;
import org.wardline.reading.Transcripts;
import org.wardline.web.Caller;
import org.wardline.web.document.TranscriptForms;

/** Gives {@code Composition/…/$document} as PDF to who asks for that, by Accept or _format. */
@Interceptor
@Singleton
public class TranscriptDocuments {
  private static final String PDF = "application/pdf";
  private static final Pattern WEIGHT = Pattern.compile(";\\s*q=([01](?:\\.[0-9]{1,3})?)");

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
    refuseBrowsers(request);
    byte[] pdf =
        transcripts
            .take(
                Requests.actor(request),
                Requests.id(new IdType(request.getId().getIdPart())),
                "",
                forms::pdf)
            .orElseThrow(() -> new ResourceNotFoundException(request.getId()));
    HttpServletResponse response = request.getServletResponse();
    response.setStatus(HttpServletResponse.SC_OK);
    response.setContentType(PDF);
    response.setContentLength(pdf.length);
    response.getOutputStream().write(pdf);
    return false;
  }

  /**
   * A link that somebody sent must not take a document and leave receipts: a browser's session does
   * that on Wardline's own pages, by POST.
   */
  static void refuseBrowsers(RequestDetails request) {
    HttpServletRequest served = ((ServletRequestDetails) request).getServletRequest();
    if (Caller.of(served).sessionId() != null) {
      throw new ForbiddenOperationException("A conversation is saved on its own page.");
    }
  }

  /** PDF is named, and nothing that is FHIR's is wanted more. */
  private static boolean wantsPdf(ServletRequestDetails request) {
    String[] formats = request.getParameters().get("_format");
    List<String> ranges =
        (formats == null ? request.getHeaders("Accept").stream() : Arrays.stream(formats))
            .flatMap(header -> Arrays.stream(header.split(",", -1)))
            .toList();
    double pdf = 0;
    double fhir = 0;
    for (String range : ranges) {
      String type = range.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
      if (type.equals(PDF)) {
        pdf = Math.max(pdf, weight(range));
      } else if (EncodingEnum.forContentType(type) != null) {
        fhir = Math.max(fhir, weight(range));
      }
    }
    return pdf > 0 && pdf >= fhir;
  }

  private static double weight(String range) {
    Matcher given = WEIGHT.matcher(range);
    return given.find() ? Double.parseDouble(given.group(1)) : 1;
  }
}
