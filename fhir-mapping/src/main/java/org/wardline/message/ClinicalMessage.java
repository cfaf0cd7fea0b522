package org.wardline.message;

import java.util.Objects;

/**
 * A message that was opened, or is about to be sealed: header and plain content together.
 *
 * @param header what is bound to the content
 * @param content what the author wrote
 */
public record ClinicalMessage(MessageHeader header, MessageContent content) {
  public ClinicalMessage {
    Objects.requireNonNull(header, "header");
    Objects.requireNonNull(content, "content");
  }
}
