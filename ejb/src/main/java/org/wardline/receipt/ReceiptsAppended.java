package org.wardline.receipt;

/**
 * News: messages began, or something came back for one. Fired once for what is appended together,
 * whatever the number of messages, since the container makes each observer anew for each event;
 * observe it after success, and look.
 */
public record ReceiptsAppended() {}
