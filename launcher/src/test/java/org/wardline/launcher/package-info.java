/** The product as its users meet it: started, signed in to, and looked at. */
package org.wardline.launcher;
