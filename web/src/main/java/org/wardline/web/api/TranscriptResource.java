package org.wardline.web.api;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.UUID;
import org.wardline.reading.Transcripts;
import org.wardline.web.Caller;
import org.wardline.web.document.TranscriptForms;

/** A conversation as a document to keep; its name says nothing of the patient. */
@Path("/")
@SuppressWarnings("NullAway.Init")
public class TranscriptResource {
  @Inject private Transcripts transcripts;
  @Inject private TranscriptForms forms;
  @Context private HttpServletRequest request;

  /** The conversation as PDF. A POST: it leaves receipts and a record, which no link may do. */
  @POST
  @Path("conversations/{id}/document")
  @Produces({"application/pdf", "application/problem+json"})
  public Response document(@PathParam("id") String id) {
    UUID session = Caller.of(request).sessionId();
    byte[] pdf =
        transcripts
            .take(
                Caller.of(request).actor(),
                Ids.of("id", id),
                session == null ? "" : session.toString(),
                forms::pdf)
            .orElseThrow(NotFoundException::new);
    return Response.ok(pdf, "application/pdf")
        .header("Content-Disposition", "attachment; filename=\"conversation.pdf\"")
        .build();
  }
}
