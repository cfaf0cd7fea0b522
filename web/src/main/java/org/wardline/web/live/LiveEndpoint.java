package org.wardline.web.live;

import jakarta.inject.Inject;
import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wardline.web.Caller;

/**
 * The live connection of a page ({@code /live}). Says which conversation changed, never what is in
 * it.
 */
@ServerEndpoint("/live")
@SuppressWarnings("NullAway.Init")
public class LiveEndpoint implements LiveHub.LivePage {
  private static final Logger LOG = LoggerFactory.getLogger(LiveEndpoint.class);

  @Inject private LiveHub hub;
  private @Nullable Session session;
  private String party = "";
  private UUID sessionId = new UUID(0, 0);

  @OnOpen
  public void open(Session opened) throws IOException {
    Object found = opened.getUserPrincipal();
    UUID browser = found instanceof Caller caller ? caller.sessionId() : null;
    if (browser == null) {
      opened.close(new CloseReason(CloseReason.CloseCodes.VIOLATED_POLICY, "sign in first"));
      return;
    }
    opened.setMaxTextMessageBufferSize(256);
    session = opened;
    sessionId = browser;
    party = ((Caller) found).actor().party().toString();
    hub.open(party, this);
  }

  /** Pages say nothing here but a sign of life. */
  @OnMessage
  public void heard(String text) {
    LOG.trace("sign of life, {} characters", text.length());
  }

  @OnClose
  public void closed() {
    hub.closed(party, this);
  }

  @OnError
  public void failed(Throwable fault) {
    LOG.debug("live connection: {}", fault.getClass().getSimpleName());
    hub.closed(party, this);
  }

  @Override
  public UUID sessionId() {
    return sessionId;
  }

  @Override
  public boolean changed(UUID conversation) {
    Session open = session;
    if (open == null || !open.isOpen()) {
      return false;
    }
    open.getAsyncRemote()
        .sendText(
            "{\"conversation\":\"" + conversation + "\"}",
            result -> {
              if (!result.isOK()) {
                hub.closed(party, this);
              }
            });
    return true;
  }

  @Override
  public void close() {
    Session open = session;
    hub.closed(party, this);
    if (open != null && open.isOpen()) {
      try {
        open.close(new CloseReason(CloseReason.CloseCodes.VIOLATED_POLICY, "the session ended"));
      } catch (IOException e) {
        LOG.debug("closing a live connection: {}", e.getMessage());
      }
    }
  }
}
