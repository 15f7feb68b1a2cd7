-- Why a call failed: a name, so that its words are free to change. What was kept before is the sentence itself.
ALTER TABLE calls ADD COLUMN failure_reason TEXT;
UPDATE calls SET failure_reason = CASE failure_message
    WHEN 'Twilio could not be reached, so nothing was sent. Check the internet connection and Twilio''s address, then try again.'
        THEN 'unreachable'
    WHEN 'Something between here and Twilio answered in Twilio''s place, so the call was not placed. Check the proxy or firewall on the way, whether this network wants you to sign in first, and Twilio''s address.'
        THEN 'not_twilio'
    WHEN 'Twilio has no record of this call, so no phone rang. You can call again.'
        THEN 'no_record'
    WHEN 'Twilio no longer knows this call, so how it ended can''t be told.'
        THEN 'forgotten'
    WHEN 'The sandbox was closed while this call was under way.'
        THEN 'sandbox_closed'
    WHEN 'While this call waited for its turn, its number was blocked or asked not to be called, so nobody was rung.'
        THEN 'no_longer_willing'
    WHEN 'While this call waited for its turn, it became night where its number is, or its country was taken off the list, so nobody was rung.'
        THEN 'no_longer_allowed'
    WHEN 'While this call waited for its turn, a number that it would have connected to was blocked or may no longer be called, or its TwiML was no longer allowed, so nobody was rung.'
        THEN 'document_no_longer_allowed'
    WHEN 'This call waited too long for its turn, perhaps while this computer slept, so nobody was rung. You can call again.'
        THEN 'waited_too_long'
    WHEN 'The program could not go on with this call when its turn came, so nobody was rung. You can call again.'
        THEN 'stopped'
END WHERE failure_message IS NOT NULL;
UPDATE calls SET failure_message = NULL WHERE failure_reason IS NOT NULL;
