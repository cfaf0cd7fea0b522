package org.wardline.receipt;

import java.util.UUID;

/**
 * News: something came back for a message of this conversation. Fired inside the transaction;
 * observe it after success.
 */
public record ReceiptAppended(UUID organizationId, UUID conversationId) {}
